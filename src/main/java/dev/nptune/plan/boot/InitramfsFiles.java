package dev.nptune.plan.boot;

import java.util.LinkedHashMap;
import java.util.Map;

/// The files that have [ClaimScript] run before any driver is loaded: in the real root, and in the initramfs of
/// each tool that builds one.
///
/// udev's rules are no place for it: udev looks at devices one beside the other, and a driver that it loads for
/// the host's own card takes the other card as well. So it runs before udev is told to look at all, and before
/// the modules that a configuration names are loaded.
final class InitramfsFiles {
    static final String UNIT = "/etc/systemd/system/nptune-vfio.service";
    static final String DROP_IN = "/etc/systemd/system/systemd-udev-trigger.service.d/nptune.conf";

    static final String TOOLS_HOOK = "/etc/initramfs-tools/hooks/nptune-vfio";
    static final String TOOLS_SCRIPT = "/etc/initramfs-tools/scripts/init-top/nptune-vfio";

    /// dracut's folder for modules; it looks in no other.
    static final String DRACUT = "/usr/lib/dracut/modules.d/90nptune-vfio/";

    static final String MKINITCPIO_INSTALL = "/etc/initcpio/install/nptune-vfio";
    static final String MKINITCPIO_HOOK = "/etc/initcpio/hooks/nptune-vfio";

    /// The name of the hook and of its files.
    static final String NAME = "nptune-vfio";

    private InitramfsFiles() {}

    /// In the real root: a unit that udev's coldplug waits for. It is pulled in by a drop-in, a file and not a
    /// link.
    static Map<String, String> systemd() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(UNIT, """
                # Made by nptune. 'nptune rollback' takes it away again.
                [Unit]
                Description=Give PCI functions to vfio-pci before other drivers
                DefaultDependencies=no
                ConditionKernelCommandLine=%s
                Before=systemd-udev-trigger.service systemd-modules-load.service

                [Service]
                Type=oneshot
                RemainAfterExit=yes
                ExecStart=/bin/sh %s
                """.formatted(ClaimScript.ARGUMENT, ClaimScript.PATH));
        files.put(DROP_IN, """
                # Made by nptune. 'nptune rollback' takes it away again.
                [Unit]
                Wants=nptune-vfio.service
                After=nptune-vfio.service
                """);
        return files;
    }

    /// Debian's initramfs-tools. Of the scripts in `init-top` those that name no other to come first run in the
    /// order of their names, `udev` among them; the modules of its configuration are loaded after all of these.
    static Map<String, String> initramfsTools() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(TOOLS_HOOK, """
                #!/bin/sh
                # Made by nptune: puts its claim on PCI functions, and vfio-pci, into the initramfs.
                case ${1-} in
                prereqs) exit 0 ;;
                esac
                . /usr/share/initramfs-tools/hook-functions
                copy_file config %s
                manual_add_modules vfio_pci vfio_iommu_type1
                exit 0
                """.formatted(ClaimScript.PATH));
        files.put(TOOLS_SCRIPT, """
                #!/bin/sh
                # Made by nptune: claims PCI functions for vfio-pci. No script is named to come first, so that this one
                # runs before 'udev', by the order of names.
                case ${1-} in
                prereqs) exit 0 ;;
                esac
                [ ! -e %1$s ] || sh %1$s
                exit 0
                """.formatted(ClaimScript.PATH));
        return files;
    }

    /// dracut. The hook is one of the command line's, since without systemd the drivers that are forced are
    /// loaded there, and before the pre-udev ones; with systemd in the image the unit is in it too, for the
    /// modules that `modules-load.d` names. A kernel without one of the modules gets the others: dracut is not
    /// told to check.
    ///
    /// The hook's folder has moved since dracut 059; `inst_hook` knows where it is.
    static Map<String, String> dracut() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(DRACUT + "module-setup.sh", """
                #!/bin/bash
                # Made by nptune: puts its claim on PCI functions, and vfio-pci, into the initramfs.

                check() {
                    [[ -e %1$s ]]
                }

                depends() {
                    return 0
                }

                installkernel() {
                    hostonly='' instmods vfio_pci vfio_iommu_type1
                    return 0
                }

                install() {
                    inst_simple %1$s
                    inst_hook cmdline 00 "$moddir/nptune-claim.sh"
                    if dracut_module_included systemd; then
                        inst_simple %2$s
                        inst_simple %3$s
                    fi
                    return 0
                }
                """.formatted(ClaimScript.PATH, UNIT, DROP_IN));
        files.put(DRACUT + "nptune-claim.sh", """
                #!/bin/sh
                # Made by nptune. It is sourced, so what it runs must be a shell of its own.
                sh %s
                """.formatted(ClaimScript.PATH));
        return files;
    }

    /// mkinitcpio, with udev or with systemd in the image: what the other needs lies idle. Early hooks come
    /// before the modules of `MODULES`, and these before udev looks.
    static Map<String, String> mkinitcpio() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(MKINITCPIO_INSTALL, """
                #!/bin/bash
                # Made by nptune: puts its claim on PCI functions, and vfio-pci, into the initramfs.

                build() {
                    add_module 'vfio_pci?'
                    add_module 'vfio_iommu_type1?'
                    [[ -e %1$s ]] || return 0
                    add_file %1$s
                    add_file %2$s
                    add_file %3$s
                    add_runscript
                    [[ -e $BUILDROOT/usr/bin/sh || -e $BUILDROOT/bin/sh ]] || add_binary bash /usr/bin/sh
                }

                help() {
                    echo 'Gives PCI functions to vfio-pci before other drivers, if booted with %4$s.'
                }
                """.formatted(ClaimScript.PATH, UNIT, DROP_IN, ClaimScript.ARGUMENT));
        files.put(MKINITCPIO_HOOK, """
                #!/usr/bin/ash
                # Made by nptune.

                run_earlyhook() {
                    sh %s
                }
                """.formatted(ClaimScript.PATH));
        return files;
    }
}
