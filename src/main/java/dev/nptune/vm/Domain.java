package dev.nptune.vm;

import dev.nptune.host.CpuSet;
import dev.nptune.host.Fact;
import dev.nptune.host.PciAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/// A libvirt domain as a value: its XML text, what the text says, and edits that give a new domain.
///
/// An edit changes only the characters it is about; comments, spacing, quoting and order of everything else stay. What
/// it inserts follows the indentation around it. Every accessor's value carries its XPath relative to `/domain`, or is
/// found under the path its documentation names.
///
/// Bounds for XML from strangers: 4 Mi characters, 20 000 elements, 64 levels, 200 attributes per element, 4096 vCPUs,
/// and no `DOCTYPE`,
/// so that no entity can be declared. Equal text makes equal domains.
public final class Domain {
    /// One without anything in it, for what asks for a domain and does not look at it.
    public static final Domain NONE = parse("<domain><name>-</name><memory>0</memory></domain>");

    private final Markup markup;
    private final String name;
    private final Vcpus vcpus;
    private final List<Pin> vcpuPins;
    private final List<Pin> iothreadPins;
    private final Optional<Located<CpuSet>> emulatorPin;
    private final Optional<Located<CpuSet>> iothreads;
    private final CpuSet iothreadsInUse;
    private final long memoryBytes;
    private final Optional<HugePages> hugePages;
    private final List<Disk> disks;
    private final List<HostDev> hostdevs;
    private final Memballoon memballoon;
    private final Optional<Located<String>> machine;
    private final Optional<Located<String>> cpuMode;
    private final Optional<Topology> topology;
    private final List<CpuFeature> features;
    private final List<Located<String>> qemuArguments;
    private final Optional<String> windows;
    private final Fact<List<SchemaProblem>> schemaProblems;

    private Domain(Markup markup, Fact<List<SchemaProblem>> schemaProblems) {
        this.markup = markup;
        this.schemaProblems = schemaProblems;
        DomainReader reader = new DomainReader(markup.root());
        name = reader.name();
        vcpus = reader.vcpus();
        vcpuPins = reader.pins("vcpupin", "vcpu");
        iothreadPins = reader.pins("iothreadpin", "iothread");
        emulatorPin = reader.emulatorPin();
        iothreads = reader.iothreads();
        iothreadsInUse = reader.iothreadsInUse();
        memoryBytes = reader.memoryBytes();
        hugePages = reader.hugePages();
        disks = reader.disks();
        hostdevs = reader.hostdevs();
        memballoon = reader.memballoon();
        machine = reader.machine();
        cpuMode = reader.cpuMode();
        topology = reader.topology();
        features = reader.features();
        qemuArguments = reader.qemuArguments();
        windows = reader.windows();
    }

    /// Reads a domain.
    ///
    /// @param xml what `virsh dumpxml --inactive` prints
    /// @throws IllegalArgumentException if it is no domain XML or out of bounds, saying where
    public static Domain parse(String xml) {
        Markup markup = Markup.parse(xml);
        if (!markup.root().name().equals("domain")) {
            throw new IllegalArgumentException(
                    "not a domain: the XML's root is <" + markup.root().name() + ">");
        }
        return new Domain(markup, DomainSchema.NOT_VALIDATED);
    }

    /// The XML's root, `domain`, for what has no accessor here.
    public Element root() {
        return markup.root();
    }

    /// The text, exactly as parsed and edited.
    public String xml() {
        return markup.text();
    }

    public String name() {
        return name;
    }

    public Vcpus vcpus() {
        return vcpus;
    }

    public List<Pin> vcpuPins() {
        return vcpuPins;
    }

    public List<Pin> iothreadPins() {
        return iothreadPins;
    }

    /// Host CPUs of QEMU's own threads; empty if nothing binds them.
    public Optional<Located<CpuSet>> emulatorPin() {
        return emulatorPin;
    }

    /// Numbers of the domain's iothreads; empty if it has none.
    public Optional<Located<CpuSet>> iothreads() {
        return iothreads;
    }

    /// Numbers of the iothreads that a disk or a controller uses.
    public CpuSet iothreadsInUse() {
        return iothreadsInUse;
    }

    /// Guest memory in bytes (`memory`).
    public long memoryBytes() {
        return memoryBytes;
    }

    public Optional<HugePages> hugePages() {
        return hugePages;
    }

    public List<Disk> disks() {
        return disks;
    }

    /// PCI functions passed to the guest.
    public List<HostDev> hostdevs() {
        return hostdevs;
    }

    public Memballoon memballoon() {
        return memballoon;
    }

    /// Machine type, e.g. `pc-q35-8.2`.
    public Optional<Located<String>> machine() {
        return machine;
    }

    /// How the guest's CPU model is chosen, e.g. `host-passthrough`.
    public Optional<Located<String>> cpuMode() {
        return cpuMode;
    }

    public Optional<Topology> topology() {
        return topology;
    }

    /// CPU features set by name.
    public List<CpuFeature> features() {
        return features;
    }

    /// The last setting of a CPU feature, which is the one that counts.
    public Optional<CpuFeature> feature(String feature) {
        return features.reversed().stream()
                .filter(f -> f.name().equals(feature))
                .findFirst();
    }

    /// Arguments handed to QEMU past libvirt.
    public List<Located<String>> qemuArguments() {
        return qemuArguments;
    }

    /// What in the XML says that the guest is Windows, as an XPath or the operating system's name; empty if
    /// nothing does. What libosinfo noted decides; without it, settings that only Windows wants are taken for a
    /// sign, unless the guest is macOS.
    public Optional<String> windows() {
        return windows;
    }

    /// What libvirt's own schema says against the text; unreadable until it is validated, and again after an edit.
    public Fact<List<SchemaProblem>> schemaProblems() {
        return schemaProblems;
    }

    /// The same text, held against libvirt's schema.
    ///
    /// @param schemas the folder of libvirt's schemas, e.g. [DomainSchema#FOLDER]; what is in it is trusted
    public Domain validated(Path schemas) {
        return withSchemaProblems(DomainSchema.problems(schemas, this));
    }

    /// The same text with what a schema says against it.
    public Domain withSchemaProblems(Fact<List<SchemaProblem>> problems) {
        return new Domain(markup, problems);
    }

    /// Binds a vCPU to host CPUs.
    public Domain withVcpuPin(int vcpu, CpuSet cpus) {
        return edited((edit, at) -> DomainEdits.pin(edit, at, "vcpupin", "vcpu", vcpu, cpus));
    }

    /// Binds an iothread to host CPUs.
    public Domain withIothreadPin(int iothread, CpuSet cpus) {
        return edited((edit, at) -> DomainEdits.pin(edit, at, "iothreadpin", "iothread", iothread, cpus));
    }

    /// Binds QEMU's own threads to host CPUs.
    public Domain withEmulatorPin(CpuSet cpus) {
        return edited((edit, at) -> DomainEdits.emulatorPin(edit, at, cpus));
    }

    /// Takes guest memory from the host's reserved huge pages of its default size.
    public Domain withHugePages() {
        return hugePages.isPresent() ? this : edited((edit, at) -> DomainEdits.memoryBacking(edit, at, "hugepages"));
    }

    /// Gives the domain that many iothreads, numbered from 1.
    public Domain withIothreads(int count) {
        return edited((edit, at) -> DomainEdits.iothreads(edit, at, count));
    }

    /// Moves a disk to virtio-blk under a free `vd…` name, without its old address; libvirt gives a new one.
    /// Its old controller stays: on q35 the SATA controller is part of the machine.
    public Domain withVirtio(Disk disk) {
        return disk.virtio() ? this : edited((edit, at) -> DomainEdits.virtio(edit, at, disk, freeTarget()));
    }

    /// Sets a disk's host caching mode.
    public Domain withCache(Disk disk, String cache) {
        return edited((edit, at) -> DomainEdits.driver(edit, at, disk, "cache", cache));
    }

    /// Sets how QEMU does a disk's asynchronous I/O.
    public Domain withIo(Disk disk, String io) {
        return edited((edit, at) -> DomainEdits.driver(edit, at, disk, "io", io));
    }

    /// Hands a disk to an iothread.
    public Domain withIothread(Disk disk, int iothread) {
        return edited((edit, at) -> DomainEdits.driver(edit, at, disk, "iothread", Integer.toString(iothread)));
    }

    /// Takes the memory balloon out, which `model='none'` says; leaving the element away would bring it back.
    public Domain withoutMemballoon() {
        return edited(DomainEdits::noMemballoon);
    }

    /// Lets libvirt bind vfio-pci to a passed function at start and give it back afterwards.
    public Domain withManaged(HostDev hostdev) {
        return edited((edit, at) -> edit.set(DomainEdits.at(at, hostdev.path()), "managed", "yes"));
    }

    /// Shows the guest one socket and one die of that many cores and threads; other attributes of the element stay.
    public Domain withTopology(int cores, int threads) {
        return edited((edit, at) -> DomainEdits.topology(edit, at, cores, threads));
    }

    /// Gives the domain that many vCPU numbers, of which the guest starts with some; the pins of the others go. The
    /// topology stays, and must be made to fit.
    ///
    /// @param enabled numbers below `maximum`, 0 among them
    public Domain withVcpus(int maximum, CpuSet enabled) {
        if (!enabled.contains(0) || !CpuSet.range(0, maximum - 1).containsAll(enabled)) {
            throw new IllegalArgumentException("of " + maximum + " vCPUs cannot start with " + enabled);
        }
        boolean same = vcpus.maximum() == maximum && vcpus.enabled().equals(enabled);
        return same ? this : edited((edit, at) -> CpuEdits.vcpus(edit, at, maximum, enabled));
    }

    /// Shows the guest the host's caches.
    public Domain withCachePassthrough() {
        return edited(CpuEdits::cachePassthrough);
    }

    /// Takes the guest's memory from these NUMA nodes of the host and no others.
    public Domain withMemoryNodes(CpuSet nodes) {
        return edited((edit, at) -> CpuEdits.memoryNodes(edit, at, nodes));
    }

    /// Shows a guest that has none NUMA nodes with memory of the host's nodes.
    public Domain withGuestNodes(List<GuestNode> nodes) {
        if (root().find("cpu/numa").isPresent()) {
            throw new IllegalArgumentException("the guest has NUMA nodes already");
        }
        return edited((edit, at) -> CpuEdits.guestNodes(edit, at, nodes));
    }

    /// Gives the guest that much memory, all of it from the start.
    ///
    /// @param bytes a whole number of KiB
    public Domain withMemory(long bytes) {
        return bytes == memoryBytes ? this : edited((edit, at) -> CpuEdits.memory(edit, at, bytes));
    }

    /// Passes one more PCI function, which libvirt binds to vfio-pci at start and gives back afterwards.
    public Domain withHostdev(PciAddress address) {
        return edited((edit, at) -> DeviceEdits.hostdev(edit, at, address));
    }

    /// Sets a CPU feature's policy.
    public Domain withFeature(String feature, String policy) {
        return edited((edit, at) -> DomainEdits.feature(edit, at, feature, policy));
    }

    /// Leaves a CPU feature to QEMU.
    public Domain withoutFeature(String feature) {
        return edited((edit, at) -> GuestEdits.noFeature(edit, at, feature));
    }

    /// Shows the guest the host's own CPU. A model and a vendor named before go, other settings of the element stay.
    public Domain withHostCpu() {
        return edited(GuestEdits::hostCpu);
    }

    /// Writes out the Hyper-V enlightenments that QEMU's documentation recommends for Windows. What the block has stays
    /// as it is, but for those that are to be on in any case.
    ///
    /// @param on libvirt's names of enlightenments that are turned on where they are there but off
    public Domain withEnlightenments(Set<String> on) {
        return edited((edit, at) -> GuestEdits.enlightenments(edit, at, on));
    }

    /// Turns on one Hyper-V enlightenment that has no settings of its own.
    public Domain withEnlightenment(String name) {
        return edited((edit, at) -> GuestEdits.enlightenment(edit, at, name));
    }

    /// Takes one Hyper-V enlightenment out.
    public Domain withoutEnlightenment(String name) {
        return edited((edit, at) -> at.find("features/hyperv")
                .map(h -> h.children(name))
                .orElse(List.of())
                .forEach(edit::remove));
    }

    /// Sets an attribute of a timer of the guest's clock.
    public Domain withTimer(String timer, String key, String value) {
        return edited((edit, at) -> GuestEdits.timer(edit, at, timer, key, value));
    }

    /// Sets what the guest's clock shows at start, `utc` or `localtime`.
    public Domain withClock(String offset) {
        return edited((edit, at) -> GuestEdits.clock(edit, at, offset));
    }

    /// Leaves the I/O APIC to KVM.
    public Domain withKernelIoapic() {
        return edited(GuestEdits::kernelIoapic);
    }

    /// Keeps the host's KSM off the guest's memory.
    public Domain withoutSharedPages() {
        return root().find("memoryBacking/nosharepages").isPresent()
                ? this
                : edited((edit, at) -> DomainEdits.memoryBacking(edit, at, "nosharepages"));
    }

    /// Gives a virtio disk, or a SCSI controller of virtio, that many request queues.
    ///
    /// @param path of the disk or controller, relative to `/domain`
    public Domain withQueues(String path, int queues) {
        return edited((edit, at) -> DeviceEdits.queues(edit, DomainEdits.at(at, path), queues));
    }

    /// Makes a network card one of virtio. Its addresses stay, and with them the name that Linux gives it.
    ///
    /// @param path of the interface, relative to `/domain`
    public Domain withVirtioNic(String path) {
        return edited((edit, at) -> DeviceEdits.virtioNic(edit, DomainEdits.at(at, path)));
    }

    /// Makes a USB controller and its companions of the same number one xHCI controller, at an address that libvirt
    /// chooses.
    ///
    /// @param path of the controller, relative to `/domain`
    public Domain withXhci(String path) {
        return edited((edit, at) -> DeviceEdits.xhci(edit, at, DomainEdits.at(at, path)));
    }

    /// Leaves the place of a passed function in the guest to libvirt: on q35, a PCI Express root port.
    public Domain withoutGuestAddress(HostDev hostdev) {
        return edited((edit, at) -> {
            Element element = DomainEdits.at(at, hostdev.path());
            edit.removeChildren(element, element.children("address"));
        });
    }

    /// Takes an element out.
    ///
    /// @param path of the element, relative to `/domain`
    public Domain without(String path) {
        return edited((edit, at) -> edit.remove(DomainEdits.at(at, path)));
    }

    /// Moves an element to where it belongs.
    ///
    /// @param path of the element, relative to `/domain`
    /// @param parent path of the element that it is to stand in; `features` and `memoryBacking` are made if need be
    public Domain withMoved(String path, String parent) {
        List<String> lines = new MarkupEdit(markup).lines(DomainEdits.at(root(), path));
        return without(path).edited((edit, at) -> GuestEdits.into(edit, at, parent, lines));
    }

    private Domain edited(BiConsumer<MarkupEdit, Element> change) {
        MarkupEdit edit = new MarkupEdit(markup);
        change.accept(edit, markup.root());
        String text = edit.text();
        return text.equals(xml()) ? this : parse(text);
    }

    private String freeTarget() {
        List<String> taken = disks.stream().map(Disk::target).toList();
        for (char letter = 'a'; letter <= 'z'; letter++) {
            if (!taken.contains("vd" + letter)) {
                return "vd" + letter;
            }
        }
        throw new IllegalArgumentException("no free virtio disk name: all of vda to vdz are taken");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Domain domain && xml().equals(domain.xml());
    }

    @Override
    public int hashCode() {
        return xml().hashCode();
    }

    @Override
    public String toString() {
        return "domain " + name;
    }
}
