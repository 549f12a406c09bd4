package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.nptune.Resources;
import dev.nptune.host.CpuSet;
import dev.nptune.host.PciAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QemuDomainTest {
    private static QemuDomain of(String arguments) {
        return QemuDomain.of(QemuCommandLine.parse("qemu-system-x86_64 " + arguments));
    }

    private static final QemuDomain SCRIPT = QemuDomain.of(QemuCommandLine.parse(Resources.text("qemu/gaming.sh")));
    private static final QemuDomain LOG = QemuDomain.of(QemuCommandLine.parse(Resources.text("qemu/libvirt.log")));

    @Test
    void aScript() {
        Domain domain = SCRIPT.domain();
        assertThat(domain.name()).isEqualTo("win10");
        assertThat(domain.memoryBytes()).isEqualTo(16L << 30);
        assertThat(domain.vcpus())
                .isEqualTo(new Vcpus("vcpu", 12, CpuSet.parse("0-11"), Optional.of(CpuSet.parse("2-7,10-15"))));
        assertThat(domain.topology()).contains(new Topology("cpu/topology", 1, 1, 6, 2));
        assertThat(domain.hugePages()).isPresent();
        assertThat(domain.iothreadsInUse()).isEqualTo(CpuSet.of(1));
        assertThat(domain.hostdevs())
                .containsExactly(
                        new HostDev("devices/hostdev[1]", PciAddress.parse("0b:00.0"), false),
                        new HostDev("devices/hostdev[2]", PciAddress.parse("0b:00.1"), false));
        assertThat(domain.memballoon()).isEqualTo(new Memballoon("devices/memballoon", "none", false));
        assertThat(domain.windows()).isPresent();
        assertThat(domain.disks())
                .extracting(
                        Disk::bus,
                        Disk::cache,
                        Disk::io,
                        Disk::iothread,
                        d -> d.source().orElse(""))
                .containsExactlyInAnyOrder(
                        tuple("virtio", Optional.of("none"), Optional.of("native"), true, "/vms/win10.qcow2"),
                        tuple("sata", Optional.of("writeback"), Optional.empty(), false, "/vms/games, and more.img"));
        assertThat(SCRIPT.notUnderstood())
                .containsExactly(
                        "the script sets args in conditions or loops: each was taken as run, once",
                        "-device frobnicator,x=1",
                        "$@: only running the script could tell");
    }

    @Test
    void whatLibvirtStarted() {
        Domain domain = LOG.domain();
        assertThat(LOG.notUnderstood()).isEmpty();
        assertThat(domain.name()).isEqualTo("win11");
        assertThat(domain.machine().map(Located::value)).contains("pc-q35-7.2");
        assertThat(domain.disks())
                .extracting(Disk::type, Disk::bus, d -> d.cache().orElse(""), Disk::iothread)
                .containsExactly(
                        tuple("block", "virtio", "none", true),
                        tuple("file", "scsi", "unsafe", false),
                        tuple("file", "sata", "", false));
        assertThat(domain.iothreadsInUse()).isEqualTo(CpuSet.of(1, 2));
        assertThat(domain.root().all("devices/hostdev/address"))
                .extracting(a -> a.attribute("bus").orElse("") + " "
                        + a.attribute("slot").orElse("") + " "
                        + a.attribute("function").orElse(""))
                .containsExactly("0x01 0x00 0x0", "0x01 0x00 0x1");
        assertThat(domain.qemuArguments()).isEmpty();
    }

    /// The arguments, and lines that the XML then has.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "                             | <memory unit=\"KiB\">131072</memory>",
                "                             | <type arch=\"x86_64\" machine=\"pc\">hvm</type>",
                "                             | <clock offset=\"utc\"/>",
                "                             | <memballoon model=\"none\"/>",
                "                             | <controller type=\"usb\" index=\"0\" model=\"none\"/>",
                "                             | <model type=\"e1000\"/>",
                "-M q35                       | <model type=\"e1000e\"/>",
                "-m 4096                      | >4194304<",
                "-m 4G                        | >4194304<",
                "-m size=4096M,slots=2        | >4194304<",
                "-m 1.5g                      | >1572864<",
                "-m 1g -m 2g                  | >2097152<",
                "-smp 8 -M pc-q35-6.1         | <topology sockets=\"8\" dies=\"1\" cores=\"1\" threads=\"1\"/>",
                "-smp 8 -M pc-q35-6.2         | <topology sockets=\"1\" dies=\"1\" cores=\"8\" threads=\"1\"/>",
                "-smp cores=4,threads=2       | <topology sockets=\"1\" dies=\"1\" cores=\"4\" threads=\"2\"/>",
                "-smp 16,dies=2,threads=2     | <topology sockets=\"1\" dies=\"2\" cores=\"4\" threads=\"2\"/>",
                "-smp 8,sockets=1,cores=4     | <topology sockets=\"1\" dies=\"1\" cores=\"4\" threads=\"2\"/>",
                "-smp 4,clusters=2,cores=2    | clusters=\"2\" cores=\"2\"",
                "-smp 4,maxcpus=8             | <vcpu placement=\"static\" current=\"4\">8</vcpu>",
                "-cpu EPYC                    | <model fallback=\"forbid\">EPYC</model>",
                "-cpu max                     | mode=\"maximum\"",
                "-cpu host,migratable=no      | migratable=\"off\"",
                "-cpu host,+invtsc            | <feature policy=\"require\" name=\"invtsc\"/>",
                "-cpu host,topoext            | <feature policy=\"require\" name=\"topoext\"/>",
                "-cpu host,svm=off            | <feature policy=\"disable\" name=\"svm\"/>",
                "-cpu host,-hypervisor        | <feature policy=\"disable\" name=\"hypervisor\"/>",
                "-cpu host,x=force            | <feature policy=\"force\" name=\"x\"/>",
                "-cpu host,kvm=off            | <hidden state=\"on\"/>",
                "-cpu host,kvm=on             | <hidden state=\"off\"/>",
                "-cpu host,kvm-hint-dedicated=on | <hint-dedicated state=\"on\"/>",
                "-cpu host,kvm-poll-control   | <poll-control state=\"on\"/>",
                "-cpu host,pmu=off            | <pmu state=\"off\"/>",
                "-cpu host,host-cache-info=on,l3-cache=on | <cache mode=\"passthrough\"/>",
                "-cpu host,l3-cache=on        | <cache level=\"3\" mode=\"emulate\"/>",
                "-cpu host,host-phys-bits=on,host-phys-bits-limit=39 | <maxphysaddr mode=\"passthrough\" limit=\"39\"/>",
                "-cpu host,phys-bits=39       | <maxphysaddr mode=\"emulate\" bits=\"39\"/>",
                "-cpu host,tsc-frequency=1    | <timer name=\"tsc\" frequency=\"1\"/>",
                "-cpu host,hv_time            | <timer name=\"hypervclock\" present=\"yes\"/>",
                "-cpu host,hv-time=off        | <timer name=\"hypervclock\" present=\"no\"/>",
                "-cpu host,hv_spinlocks=0x1fff| <spinlocks state=\"on\" retries=\"8191\"/>",
                "-cpu host,hv_spinlocks=-1    | <spinlocks state=\"off\"/>",
                "-cpu host,hv_stimer_direct   | <direct state=\"on\"/>",
                "-cpu host,hv-tlbflush-ext    | <extended state=\"on\"/>",
                "-cpu host,hv_apicv           | <avic state=\"on\"/>",
                "-cpu host,hv-xmm-input       | <xmm_input state=\"on\"/>",
                "-cpu host,hv-emsr-bitmap     | <emsr_bitmap state=\"on\"/>",
                "-cpu host,hv_vendor_id=a     | <vendor_id state=\"on\" value=\"a\"/>",
                "-cpu host,hv-passthrough     | <hyperv mode=\"passthrough\"/>",
                "-cpu host,hv-passthrough     | <timer name=\"hypervclock\" present=\"yes\"/>",
                "-cpu host,hv_crash           | <panic model=\"hyperv\"/>",
                "-cpu host -cpu EPYC          | <qemu:arg value=\"EPYC\"/>",
                "-machine q35,kernel_irqchip=split | <ioapic driver=\"qemu\"/>",
                "-accel kvm,kernel-irqchip=on | <ioapic driver=\"kvm\"/>",
                "-M q35,vmport=off,smm=on     | <vmport state=\"off\"/>",
                "-M q35,smm=on                | <smm state=\"on\"/>",
                "-M q35,hpet=off              | <timer name=\"hpet\" present=\"no\"/>",
                "-M q35,hpet=on               | <timer name=\"hpet\" present=\"yes\"/>",
                "-M q35,pit=off               | <timer name=\"pit\" present=\"no\"/>",
                "-no-hpet                     | <timer name=\"hpet\" present=\"no\"/>",
                "-no-kvm-pit-reinjection      | <timer name=\"pit\" tickpolicy=\"discard\"/>",
                "-global driver=kvm-pit,property=lost_tick_policy,value=reinject | tickpolicy=\"delay\"",
                "-global ICH9-LPC.disable_s3=1| <suspend-to-mem enabled=\"no\"/>",
                "-global PIIX4_PM.disable_s4=0| <suspend-to-disk enabled=\"yes\"/>",
                "-global x.y=1                | <qemu:arg value=\"x.y=1\"/>",
                "-rtc base=localtime          | <clock offset=\"localtime\"/>",
                "-rtc driftfix=slew           | <timer name=\"rtc\" tickpolicy=\"catchup\"/>",
                "-overcommit mem-lock=on      | <locked/>",
                "-realtime mlock=on           | <locked/>",
                "-overcommit cpu-pm=on        | <qemu:arg value=\"cpu-pm=on\"/>",
                "-mem-prealloc                | <allocation mode=\"immediate\"/>",
                "-mem-path /dev/hugepages1G   | <page size=\"1048576\" unit=\"KiB\"/>",
                "-mem-path /tmp/x             | <source type=\"file\"/>",
                "-M pc,mem-merge=off          | <nosharepages/>",
                "-M pc,memory-backend=m -object memory-backend-memfd,id=m,size=1G,hugetlb=on,hugetlbsize=2M | <page size=\"2048\"",
                "-M pc,memory-backend=m -object memory-backend-memfd,id=m,size=1G,share=on | <access mode=\"shared\"/>",
                "-M pc,memory-backend=m -object memory-backend-ram,id=m,size=1G,host-nodes=0-1,policy=interleave | <memory mode=\"interleave\" nodeset=\"0-1\"/>",
                "-numa node,cpus=0-1,cpus=4,memdev=m -numa node -object memory-backend-ram,id=m,size=1G,host-nodes=1,policy=bind | <memnode cellid=\"0\" mode=\"strict\" nodeset=\"1\"/>",
                "-numa node,cpus=0-1,cpus=4,memdev=m -object memory-backend-ram,id=m,size=1G | <cell id=\"0\" cpus=\"0-1,4\" memory=\"1048576\" unit=\"KiB\"/>",
                "-hda a.img                   | <target dev=\"hda\" bus=\"ide\"/>",
                "-M q35 a.img                 | <target dev=\"sda\" bus=\"sata\"/>",
                "-drive file=/dev/sdx,if=virtio | <source dev=\"/dev/sdx\"/>",
                "-drive file=x,format=raw,cache=unsafe | <driver name=\"qemu\" type=\"raw\" cache=\"unsafe\"/>",
                "-drive file=x,cache.direct=on,aio=io_uring,discard=unmap | <driver name=\"qemu\" cache=\"none\" io=\"io_uring\" discard=\"unmap\"/>",
                "-drive file=x,media=cdrom    | device=\"cdrom\"",
                "-drive file=rbd:a/b          | type=\"network\"",
                "-drive file=x,if=pflash,readonly=on | <loader type=\"pflash\" readonly=\"yes\">x</loader>",
                "-bios /usr/share/OVMF.fd     | <loader type=\"rom\">/usr/share/OVMF.fd</loader>",
                "-device ahci,id=h -drive id=d,file=x,if=none -device ide-hd,bus=h.0,drive=d | bus=\"sata\"",
                "-drive id=d,file=x,if=none -device nvme,drive=d,serial=1 | <target dev=\"nvme0n1\" bus=\"nvme\"/>",
                "-drive id=d,file=x,if=none -device usb-storage,drive=d | bus=\"usb\"",
                "-drive id=d,file=/dev/x,if=none -device scsi-block,drive=d | <disk type=\"block\" device=\"lun\">",
                "-blockdev file,filename=x,node-name=n -device virtio-blk,drive=n,write-cache=off | cache=\"writethrough\"",
                "-blockdev raw,node-name=n,file.driver=host_device,file.filename=/dev/x,cache.direct=on -device virtio-blk,drive=n | cache=\"none\"",
                "-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:01:00.1 | <address domain=\"0x0000\" bus=\"0x01\" slot=\"0x00\" function=\"0x1\"/>",
                "-device vfio-pci,sysfsdev=/sys/bus/mdev/devices/c7a5fdbd-cdaf-9455-926a-d65c16db1809 | type=\"mdev\"",
                "-device vfio-pci,host=01:00.0,rombar=0 | <rom bar=\"off\"/>",
                "-M q35 -device ioh3420,id=r,addr=1c.1 -device vfio-pci,host=1:0.0,bus=r | <address type=\"pci\" domain=\"0x0000\" bus=\"0x01\" slot=\"0x00\" function=\"0x0\"/>",
                "-device vfio-pci,host=1:0.0,addr=0x5.0x2 | <address type=\"pci\" domain=\"0x0000\" bus=\"0x00\" slot=\"0x05\" function=\"0x2\"/>",
                "-netdev bridge,br=b,id=n -device rtl8139,netdev=n | <source bridge=\"b\"/>",
                "-nic tap,model=virtio-net-pci| <model type=\"virtio\"/>",
                "-net nic,model=virtio -net user | <model type=\"virtio\"/>",
                "-usb                         | model=\"piix3-uhci\"",
                "-M q35,usb=on                | model=\"ich9-ehci1\"",
                "-device nec-usb-xhci         | model=\"nec-xhci\"",
                "-usbdevice tablet            | <input type=\"tablet\" bus=\"usb\"/>",
                "-device usb-host,hostbus=1,hostaddr=2 | <address bus=\"1\" device=\"2\"/>",
                "-soundhw ac97,hda            | <sound model=\"ac97\"/>",
                "-audio pa,model=hda          | <sound model=\"ich6\"/>",
                "-device ich9-intel-hda,id=s -device hda-micro,bus=s.0,audiodev=a -audiodev pa,id=a,server=/x | <audio id=\"1\" type=\"pulseaudio\" serverName=\"/x\"/>",
                "-audiodev jack,id=a,out.mixing-engine=off | <output mixingEngine=\"no\"/>",
                "-vga qxl                     | <model type=\"qxl\"/>",
                "-device virtio-vga           | <model type=\"virtio\"/>",
                "-nodefaults                  | <model type=\"none\"/>",
                "-display gtk,gl=on           | <gl enable=\"yes\"/>",
                "-spice port=5900,addr=::1    | <graphics type=\"spice\" port=\"5900\" listen=\"::1\"/>",
                "-vnc :1                      | <graphics type=\"vnc\"/>",
                "-object memory-backend-file,id=l,mem-path=/dev/shm/lg,size=32M -device ivshmem-plain,memdev=l | <size unit=\"M\">32</size>",
                "-object memory-backend-file,id=l,mem-path=/dev/kvmfr0,size=32M -device ivshmem-plain,memdev=l | <qemu:arg value=\"ivshmem-plain,memdev=l\"/>",
                "-device virtio-balloon       | <memballoon model=\"virtio\"/>",
                "-balloon virtio              | <memballoon model=\"virtio\"/>",
                "-tpmdev passthrough,id=t,path=/dev/tpm0 -device tpm-crb,tpmdev=t | <device path=\"/dev/tpm0\"/>",
                "-object rng-random,id=r,filename=/dev/random -device virtio-rng-pci,rng=r | <backend model=\"random\">/dev/random</backend>",
                "-object input-linux,id=k,evdev=/dev/input/x,grab_all=on,repeat=on | <source dev=\"/dev/input/x\" grab=\"all\" repeat=\"on\"/>",
                "-device pvpanic              | <panic model=\"isa\"/>",
                "-device intel-iommu,intremap=on | <driver intremap=\"on\"/>",
                "-smbios type=1,manufacturer=A | <entry name=\"manufacturer\">A</entry>",
                "-name a,,b&c                 | <name>a,b&amp;c</name>",
            })
    void translates(String arguments, String line) {
        QemuDomain qemu = of(arguments == null ? "" : "'" + arguments.strip().replace(" ", "' '") + "'");
        assertThat(qemu.domain().xml()).contains(line);
        assertThat(qemu.notUnderstood()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-nodefaults -usb",
                "-net none -usb",
                "-nic none -usb",
                "-nodefaults -device qemu-xhci -vga none",
            })
    void addsNothingThatQemuDoesNot(String arguments) {
        assertThat(of(arguments).domain().root().find("devices/interface")).isEmpty();
        assertThat(of(arguments).domain().xml())
                .doesNotContain("<controller type=\"usb\" index=\"0\" model=\"none\"/>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-m lots",
                "-m 0",
                "-smp many",
                "-smp 0",
                "-smp 5000",
                "-smp 8,maxcpus=4",
                "-device nonsense",
                "-object nonsense,id=x",
                "-nonsense x",
                "-readconfig x",
                "-device vfio-pci",
                "-device vfio-pci,host=$GPU",
                "-device vfio-pci,host=01:00.0,bus=nowhere",
                "-device vfio-pci,host=01:00.0,addr=99",
                "-device virtio-blk-pci,drive=nowhere",
                "-device {",
                "-machine pc,nonsense=on",
                "-machine pc,kernel_irqchip=off",
                "-cpu host,nonsense=3",
                "-cpu host,hv-nonsense",
                "-cpu host,hv-spinlocks=x",
                "-drive file=x,cache=nonsense",
                "-vga nonsense",
                "-soundhw nonsense",
                "-device pc-dimm,memdev=x",
                "-drive file=$X,if=nonsense",
                "$X",
            })
    void saysWhatItDoesNotUnderstand(String arguments) {
        assertThat(of(arguments.replace("{", "'{'")).notUnderstood())
                .singleElement()
                .asString()
                .contains(arguments.replace("-machine", "").strip().split(" ")[0]);
    }

    @Test
    void otherWaysToKvm() {
        assertThat(of("-enable-kvm").domain().root().has("type", "kvm")).isTrue();
        assertThat(of("-accel kvm").domain().root().has("type", "kvm")).isTrue();
        assertThat(of("-M q35,accel=kvm:tcg").domain().root().has("type", "kvm"))
                .isTrue();
        assertThat(of("-accel tcg").domain().root().has("type", "qemu")).isTrue();
        assertThat(of("").domain().root().has("type", "qemu")).isTrue();
        QemuDomain named = QemuDomain.of(QemuCommandLine.parse("kvm -m 1"));
        assertThat(named.domain().root().has("type", "kvm")).isTrue();
    }

    @Test
    void withoutACpuThereIsNoMode() {
        assertThat(of("-m 1").domain().cpuMode()).isEmpty();
        assertThat(of("-cpu qemu64").domain().cpuMode().map(Located::value)).contains("custom");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-name win10 | true",
                "-hda /vms/Windows11.img | true",
                "-cdrom virtio-win-0.1.iso | true",
                "-rtc base=localtime | true",
                "-cpu host,hv_relaxed | true",
                "-name darwin10 | false",
                "-name winter | false",
                "-device ich9-intel-hda | false",
            })
    void recognisesWindows(String arguments, boolean windows) {
        assertThat(of(arguments).domain().windows().isPresent()).isEqualTo(windows);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memory | -m 16G",
                "devices/hostdev[2]/@managed | -device vfio-pci,host=0b:00.1,bus=rp1,addr=00.1",
                "devices/disk[2]/driver/@iothread | -device virtio-blk-pci,drive=disk0,iothread=io1",
                "devices/memballoon/@model | -device virtio-balloon-pci (not given)",
                "clock/timer[@name='pit']/@tickpolicy | -global kvm-pit.lost_tick_policy=discard",
                "clock/@offset | -rtc base=localtime,driftfix=slew",
                "vcpu | -smp 12,sockets=1,cores=6,threads=2",
                "vcpu/@cpuset | taskset -c 2-7,10-15",
                "os/type/@machine | -machine q35,accel=kvm,kernel_irqchip=on,vmport=off",
            })
    void knowsTheArgumentBehind(String xpath, String argument) {
        assertThat(SCRIPT.origin(xpath)).contains(argument);
    }

    @Test
    void originOfWhatIsNotThere() {
        assertThat(SCRIPT.origin("cpu/feature[@name='a/b']/@policy").orElse("")).startsWith("-cpu host,");
        assertThat(SCRIPT.origin("features/hyperv/vpindex").orElse("")).startsWith("-cpu host,");
        assertThat(SCRIPT.origin("cputune/vcpupin")).isEmpty();
        assertThat(of("").origin("cpu/@mode")).contains("-cpu (not given)");
        assertThat(of("").origin("features/hyperv/vpindex")).contains("-cpu (not given)");
        assertThat(of("").origin("memoryBacking/hugepages")).contains("-mem-path (not given)");
        assertThat(of("-cpu host").origin("clock/timer[@name='hypervclock']")).contains("-cpu host");
    }

    @Test
    void placement() {
        Domain bound = QemuDomain.of(QemuCommandLine.parse("numactl -C 0-3 --membind=1 taskset f0 kvm -m 1"))
                .domain();
        assertThat(bound.vcpus().cpuset()).contains(CpuSet.parse("4-7"));
        assertThat(bound.root().find("numatune/memory").orElseThrow().has("nodeset", "1"))
                .isTrue();
        assertThat(QemuDomain.of(QemuCommandLine.parse("chrt -r 1 kvm -m 1")).notUnderstood())
                .containsExactly("chrt -r 1: real-time scheduling of all of QEMU");
        assertThat(QemuDomain.of(QemuCommandLine.parse("numactl -N 0 kvm -m 1")).notUnderstood())
                .hasSize(1);
    }

    @Test
    void hostileTextStaysText() {
        QemuDomain qemu = QemuDomain.of(new QemuCommandLine(
                "kvm",
                List.of("-name", "guest=]]>&<a b='\"\u0001\ud800", "-drive", "file=<!--\u0000,if=virtio"),
                List.of(),
                List.of(),
                List.of()));
        assertThat(qemu.domain().name()).isEqualTo("]]>&<a b='\"\ufffd\ufffd");
        assertThat(qemu.domain().disks().getFirst().source()).contains("<!--\ufffd");
        String much = "a,".repeat(QemuSettings.MAX + 1);
        assertThat(of("-device " + much).notUnderstood()).hasSize(1);
        assertThatThrownBy(() -> of("-object iothread,id=x ".repeat(4096)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
