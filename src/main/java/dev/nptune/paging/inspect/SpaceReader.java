package dev.nptune.paging.inspect;

import dev.nptune.paging.inspect.Inspection.DeviceMapping;
import dev.nptune.paging.inspect.Inspection.Noted;
import dev.nptune.paging.inspect.Inspection.Space;
import dev.nptune.paging.inspect.Surroundings.Device;
import dev.nptune.paging.memory.PhysicalMemory;
import dev.nptune.paging.space.AddressSpace;
import dev.nptune.paging.space.HugePages;
import dev.nptune.paging.space.PageMixes;
import dev.nptune.paging.space.Remark;
import dev.nptune.paging.space.Run;
import dev.nptune.paging.space.SpaceVisitor;
import dev.nptune.paging.space.Walked;
import dev.nptune.paging.tlb.TlbReach;
import dev.nptune.paging.type.EffectiveType;
import dev.nptune.paging.type.MemoryType;
import dev.nptune.paging.type.Pat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gathers what there is to say of an address space while it is walked. Used once.
final class SpaceReader implements SpaceVisitor {
    private static final String SOME_DEVICE = "device";

    private final PhysicalMemory memory;
    private final Surroundings host;
    private final Pat pat;
    private final Optional<Pat> asked;
    private final boolean cacheDisabled;
    private final PageMixes mixes = new PageMixes();
    private final HugePages small = new HugePages();
    private final Map<MemoryType, Long> types = new EnumMap<>(MemoryType.class);
    private final List<DeviceMapping> devices = new ArrayList<>();
    private final Map<String, Noted> remarks = new LinkedHashMap<>();
    private long moreDevices;

    /// @param pat by which the entries of the first dimension count
    /// @param asked the PAT that the guest wrote, if it is known
    /// @param cacheDisabled CR0.CD of the guest
    SpaceReader(PhysicalMemory memory, Surroundings host, Pat pat, Optional<Pat> asked, boolean cacheDisabled) {
        this.memory = memory;
        this.host = host;
        this.pat = pat;
        this.asked = asked;
        this.cacheDisabled = cacheDisabled;
    }

    Space read(AddressSpace space) {
        Walked walked = space.walk(this);
        devices.sort(Comparator.comparing((DeviceMapping d) -> d.device().equals(SOME_DEVICE))
                .thenComparing(DeviceMapping::device)
                .thenComparing(DeviceMapping::virtual, Long::compareUnsigned));
        return new Space(
                space.tables().mode(),
                mixes.guest(),
                mixes.nested(),
                mixes.tlb(),
                host.tlb().map(core -> TlbReach.of(core, mixes.tlb())),
                small.counts(),
                types,
                devices,
                moreDevices,
                List.copyOf(remarks.values()),
                walked.tables(),
                walked.stopped().map(Walked.Stopped::virtual));
    }

    @Override
    public void run(Run run) {
        mixes.accept(run);
        small.accept(run);
        long done = 0;
        while (done < run.bytes()) {
            long at = run.physical() + done;
            long bytes = Math.min(run.bytes() - done, Math.min(mtrrEnd(at), deviceEnd(at)) - at);
            piece(run, done, bytes);
            done += bytes;
        }
    }

    private long mtrrEnd(long address) {
        long end = host.mtrrs().until(address);
        return end > address ? end : Long.MAX_VALUE;
    }

    /// Where what an address belongs to ends: a device, or the memory between two.
    private long deviceEnd(long address) {
        long end = Long.MAX_VALUE;
        for (Device device : host.devices()) {
            if (device.contains(address)) {
                return device.address() + device.bytes();
            }
            if (device.address() > address) {
                end = Math.min(end, device.address());
            }
        }
        return end;
    }

    private void piece(Run run, long offset, long bytes) {
        long physical = run.physical() + offset;
        Optional<String> device = device(physical);
        EffectiveType type = type(run, mtrr(physical, device.isPresent()));
        if (device.isEmpty()) {
            types.merge(type.effective(), bytes, Long::sum);
            return;
        }
        Optional<Long> guestPhysical = Optional.empty();
        Optional<MemoryType> meant = Optional.empty();
        if (run instanceof Run.Nested nested) {
            guestPhysical = Optional.of(nested.guestPhysical() + offset);
            meant = asked.flatMap(pat -> pat.type(nested.guest().patIndex()));
        }
        add(new DeviceMapping(device.get(), run.virtual() + offset, guestPhysical, physical, bytes, meant, type));
    }

    private Optional<String> device(long physical) {
        Optional<String> known = host.devices().stream()
                .filter(d -> d.contains(physical))
                .map(Device::name)
                .findFirst();
        return known.or(() -> memory.contains(physical, 1) ? Optional.empty() : Optional.of(SOME_DEVICE));
    }

    /// Firmware makes memory WB and devices UC.
    private MemoryType mtrr(long physical, boolean device) {
        return !host.mtrrsAreRead() && device ? MemoryType.UC : host.mtrrs().type(physical);
    }

    private EffectiveType type(Run run, MemoryType mtrr) {
        return switch (run) {
            case Run.Single single -> EffectiveType.single(of(pat, single.leaf().patIndex()), mtrr, cacheDisabled);
            case Run.Nested both ->
                EffectiveType.nested(
                        of(pat, both.guest().patIndex()),
                        of(host.pat(), both.nested().patIndex()),
                        mtrr,
                        cacheDisabled);
        };
    }

    /// A reserved code in a PAT never counts: neither WRMSR nor VMRUN takes one.
    private static MemoryType of(Pat pat, int index) {
        return pat.type(index).orElse(MemoryType.UC);
    }

    /// Pages one behind the other are one mapping.
    private void add(DeviceMapping next) {
        DeviceMapping last = devices.isEmpty() ? null : devices.getLast();
        if (last != null && continues(last, next)) {
            devices.set(
                    devices.size() - 1,
                    new DeviceMapping(
                            last.device(),
                            last.virtual(),
                            last.guestPhysical(),
                            last.physical(),
                            last.bytes() + next.bytes(),
                            last.meant(),
                            last.type()));
        } else if (devices.size() < Space.MOST_DEVICES) {
            devices.add(next);
        } else {
            moreDevices++;
        }
    }

    private static boolean continues(DeviceMapping last, DeviceMapping next) {
        return last.device().equals(next.device())
                && last.type().equals(next.type())
                && last.meant().equals(next.meant())
                && last.virtual() + last.bytes() == next.virtual()
                && last.physical() + last.bytes() == next.physical()
                && last.guestPhysical().map(g -> g + last.bytes()).equals(next.guestPhysical());
    }

    @Override
    public void remark(Remark remark) {
        String kind = RemarkWords.kind(remark);
        remarks.merge(
                kind,
                new Noted(kind, 1, remark.bytes(), RemarkWords.where(remark)),
                (a, b) -> new Noted(kind, a.count() + 1, a.bytes() + b.bytes(), a.first()));
    }
}
