package dev.nptune.doctor;

import dev.nptune.internal.text.NearMiss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Which elements of a domain's XML stand where, and the attributes that libvirt knows of those that matter here.
///
/// It holds what libvirt documented up to version 11, and only names whose every place is known: a test compares it
/// with the schema of the libvirt that is installed. Elements are told apart by their own name and their parent's.
final class XmlTable {
    private static final String ANY = "*";

    /// Elements, their parents, their attributes; `*` for "any".
    private static final String TABLE = """
            cputune numatune memoryBacking memtune blkiotune features clock pm devices sysinfo | domain | *
            iothreadids vcpus resource launchSecurity on_poweroff on_reboot on_crash os | domain | *
            cpu | domain | mode match check migratable deprecated_features
            vcpu | domain | placement cpuset current
            vcpu | vcpus | id enabled hotpluggable order
            memory | domain | unit dumpCore
            memory | numatune | mode nodeset placement
            memory | devices | *
            currentMemory | domain | unit
            maxMemory | domain | slots unit
            iothreads | domain |
            iothreads | driver |
            iothread | iothreadids | id thread_pool_min thread_pool_max
            iothread | iothreads | *
            defaultiothread | domain | thread_pool_min thread_pool_max
            vcpupin | cputune | vcpu cpuset
            emulatorpin | cputune | cpuset
            iothreadpin | cputune | iothread cpuset
            vcpusched | cputune | vcpus scheduler priority
            iothreadsched | cputune | iothreads scheduler priority
            emulatorsched | cputune | scheduler priority
            shares period quota global_period global_quota | cputune |
            emulator_period emulator_quota iothread_period iothread_quota | cputune |
            cachetune memorytune | cputune | *
            memnode | numatune | cellid mode nodeset
            hugepages nosharepages locked discard | memoryBacking |
            page | hugepages | size unit nodeset
            allocation | memoryBacking | mode threads
            access | memoryBacking | mode
            hard_limit soft_limit swap_hard_limit min_guarantee | memtune | unit
            hyperv | features | mode
            kvm pae hap | features | *
            apic | features | eoi
            ioapic | features | driver
            pmu vmport pvspinlock smm | features | state
            msrs | features | unknown
            tseg | smm | unit
            relaxed vapic vpindex runtime synic stimer reset frequencies | hyperv | state
            reenlightenment tlbflush ipi evmcs avic emsr_bitmap xmm_input | hyperv | state
            spinlocks | hyperv | state retries
            vendor_id | hyperv | state value
            direct | stimer tlbflush | state
            extended | tlbflush | state
            hidden hint-dedicated poll-control pv-ipi | kvm | state
            dirty-ring | kvm | state size
            topology | cpu | sockets dies clusters cores threads
            feature | cpu | policy name
            feature | firmware | enabled name
            firmware | os |
            cache | cpu | mode level
            cache | cell cachetune binary | *
            maxphysaddr | cpu | mode bits limit
            numa | cpu |
            cell | numa | id cpus memory unit memAccess discard
            timer | clock | name present track tickpolicy frequency mode
            catchup | timer | threshold slew limit
            loader | os | readonly secure type stateless format
            nvram | os | *
            nvram | devices | *
            kernel initrd cmdline root dtb init initarg initenv initdir inituser initgroup | os | *
            bootmenu | os | enable timeout
            smbios | os | mode
            boot | os | dev
            boot | disk hostdev interface redirdev filesystem | order loadparm
            suspend-to-mem suspend-to-disk | pm | enabled
            emulator disk controller hostdev filesystem graphics video sound shmem tpm | devices | *
            watchdog redirdev rng panic vsock hub iommu crypto redirfilter smartcard | devices | *
            interface | devices source | *
            input | devices audio | *
            audio | devices graphics sound | *
            console parallel | devices | *
            channel | devices graphics | *
            lease | devices capabilities | *
            memballoon | devices | model autodeflate freePageReporting
            rom | hostdev interface | bar file enabled
            driver | disk | name type cache io iothread queues queue_size discard detect_zeroes discard_no_unref \
            error_policy rerror_policy copy_on_read ioeventfd event_idx iommu ats packed page_per_vq
            driver | controller | queues cmd_per_lun max_sectors iothread ioeventfd iommu ats packed page_per_vq
            driver | interface | name model iommufd txmode queues rx_queue_size tx_queue_size rss rss_hash_report \
            ioeventfd event_idx iommu ats packed page_per_vq
            driver | hostdev filesystem input video memballoon rng vsock iommu sound shmem tpm crypto | *
            source target | * | *
            """;

    /// Element, parent, attributes.
    private static final Map<String, Map<String, Set<String>>> PLACES = read();

    private static final Map<String, List<String>> CHILDREN = childrenByParent();

    /// Names asked for before: the same few hundred come up in every VM.
    private static final Map<String, List<String>> MEANT = new ConcurrentHashMap<>();

    private static final int MOST_KEPT = 4096;

    private XmlTable() {}

    private static Map<String, Map<String, Set<String>>> read() {
        Map<String, Map<String, Set<String>>> places = new LinkedHashMap<>();
        for (String line : TABLE.lines().toList()) {
            String[] cells = line.split("\\|");
            for (String element : words(cells[0])) {
                for (String parent : words(cells[1])) {
                    places.computeIfAbsent(element, _ -> new LinkedHashMap<>())
                            .put(parent, words(cells.length > 2 ? cells[2] : ""));
                }
            }
        }
        return places;
    }

    private static Set<String> words(String cell) {
        Set<String> words = new LinkedHashSet<>(List.of(cell.strip().split(" ")));
        words.remove("");
        return Collections.unmodifiableSet(words);
    }

    /// Names of all its elements.
    static Set<String> elements() {
        return PLACES.keySet();
    }

    static boolean knows(String element) {
        return PLACES.containsKey(element);
    }

    /// The elements that an element may stand in; empty if it is not known, or may stand in too many.
    static List<String> parents(String element) {
        Set<String> parents = PLACES.getOrDefault(element, Map.of()).keySet();
        return parents.contains(ANY) ? List.of() : List.copyOf(parents);
    }

    /// The attributes of an element in a place; empty if they are not looked at.
    static Optional<List<String>> attributes(String parent, String element) {
        return Optional.ofNullable(PLACES.getOrDefault(element, Map.of()).get(parent))
                .filter(known -> !known.contains(ANY))
                .map(List::copyOf);
    }

    /// The elements that may stand in an element, as far as they are known.
    static List<String> children(String parent) {
        return CHILDREN.getOrDefault(parent, List.of());
    }

    /// The elements of a parent that a name may have been meant for; empty for a name that is known.
    static List<String> meant(String parent, String name) {
        if (knows(name)) {
            return List.of();
        }
        String key = parent + "/" + name;
        List<String> known = MEANT.get(key);
        if (known == null) {
            known = NearMiss.of(name, children(parent));
            if (MEANT.size() < MOST_KEPT) {
                MEANT.put(key, known);
            }
        }
        return known;
    }

    private static Map<String, List<String>> childrenByParent() {
        Map<String, List<String>> children = new HashMap<>();
        PLACES.forEach((element, parents) -> parents.keySet()
                .forEach(parent ->
                        children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(element)));
        return children;
    }
}
