package dev.nptune.paging.inspect;

import dev.nptune.paging.inspect.Inspection.Space;
import dev.nptune.paging.inspect.Inspection.Vcpu;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.space.AddressSpace;
import dev.nptune.paging.space.HugePages;
import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.space.PageMixes;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.type.PatVerdict;
import dev.nptune.paging.vmcb.AskedPat;
import dev.nptune.paging.vmcb.Vmcb;
import dev.nptune.paging.vmcb.VmcbSearch;
import dev.nptune.paging.walk.TableRoot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks at the guests in a dump of a host's physical memory.
public final class Inspector {
    private final PhysicalMemory memory;
    private final Surroundings host;
    private final Map<Long, NestedSpace> nested = new LinkedHashMap<>();

    private Inspector(PhysicalMemory memory, Surroundings host) {
        this.memory = memory;
        this.host = host.upTo(end(memory));
    }

    /// All guests.
    public static Inspection inspect(PhysicalMemory memory, Surroundings host) {
        return new Inspector(memory, host).all();
    }

    /// One address space, of a machine or of a guest of which only the memory is at hand.
    ///
    /// @param tables its tables
    public static Space space(PhysicalMemory memory, TableRoot tables, Surroundings host) {
        return new SpaceReader(memory, host.upTo(end(memory)), host.asked().orElse(host.pat()), Optional.empty(), false)
                .read(AddressSpace.of(memory, tables));
    }

    private static long end(PhysicalMemory memory) {
        return memory.extents().isEmpty() ? 0 : memory.extents().getLast().end();
    }

    private record NestedSpace(int vm, PageMix mix, Map<HugePages.Reason, Long> small) {}

    private Inspection all() {
        VmcbSearch.Found found = VmcbSearch.search(memory, host.physicalBits());
        List<Vmcb> live = found.vmcbs().stream()
                .filter(vmcb -> vmcb.root() == Vmcb.Root.LIVE)
                .toList();
        Map<Vmcb, Pat> asked = host.asked().isPresent() ? Map.of() : AskedPat.find(memory, live);
        List<Vcpu> vcpus = new ArrayList<>();
        int vms = 0;
        for (Vmcb vmcb : live) {
            Vcpu vcpu = vmcb.nested()
                    ? nested(vmcb, host.asked().or(() -> Optional.ofNullable(asked.get(vmcb))), vms + 1)
                    : shadowed(vmcb, vms + 1);
            vms = Math.max(vms, vcpu.vm());
            vcpus.add(vcpu);
        }
        return new Inspection(memory.bytes(), vcpus, found.vmcbs().size() - vcpus.size(), found.complete());
    }

    private Vcpu nested(Vmcb vmcb, Optional<Pat> asked, int next) {
        TableRoot tables = vmcb.nestedTables(host.physicalBits());
        NestedSpace all = nested.computeIfAbsent(vmcb.nestedCr3(), _ -> nestedSpace(tables, next));
        Space space = new SpaceReader(memory, host, vmcb.gPat(), asked, vmcb.cacheDisabled())
                .read(AddressSpace.of(memory, vmcb.guestTables(host.physicalBits()), tables));
        PatVerdict verdict = PatVerdict.nested(vmcb.gPat(), asked, vmcb.longMode());
        return new Vcpu(vmcb, all.vm(), verdict, space, Optional.of(all.mix()), all.small());
    }

    private NestedSpace nestedSpace(TableRoot tables, int vm) {
        PageMixes mixes = new PageMixes();
        HugePages small = new HugePages();
        AddressSpace.of(memory, tables).walk(run -> {
            mixes.accept(run);
            small.accept(run);
        });
        return new NestedSpace(vm, mixes.guest(), small.counts());
    }

    /// Shadow entries count by the host's PAT: without nested paging VMRUN does not load `g_pat`.
    private Vcpu shadowed(Vmcb vmcb, int vm) {
        Space space = new SpaceReader(memory, host, host.pat(), Optional.empty(), vmcb.cacheDisabled())
                .read(AddressSpace.of(memory, vmcb.guestTables(host.physicalBits())));
        // KVM keeps what the guest wrote there all the same.
        Optional<Pat> asked = host.asked().or(() -> Optional.of(vmcb.gPat()).filter(Pat::isValid));
        PatVerdict verdict = PatVerdict.shadow(host.pat(), asked);
        return new Vcpu(vmcb, vm, verdict, space, Optional.empty(), Map.of());
    }
}
