package dev.nptune.report;

import dev.nptune.internal.text.Hex;
import dev.nptune.paging.inspect.Inspection;
import dev.nptune.paging.space.HugePages;
import dev.nptune.paging.space.PageMix;
import dev.nptune.paging.tlb.TlbReach;
import dev.nptune.paging.type.MemoryType;
import dev.nptune.paging.type.Pat;
import dev.nptune.paging.type.PatVerdict;
import dev.nptune.paging.walk.PageSize;
import dev.nptune.paging.walk.PagingMode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The JSON form of what a dump tells of its guests. Addresses and registers are texts such as `0x1000`, since numbers
/// of 64 bits do not survive in every reader of JSON; sizes are in bytes.
///
/// @param schemaVersion version of this form
/// @param source what was looked at
/// @param vm name of the VM, where it was said
/// @param memory bytes of memory in the dump
/// @param mtrrsRead whether the MTRRs were read rather than assumed
/// @param vcpus of each VMCB in use what it says
/// @param leftOver pages that were VMCBs once, or belong to a guest that has not run yet
/// @param space where only page tables were looked at, what they map
public record InspectDocument(
        int schemaVersion,
        String source,
        @Nullable String vm,
        long memory,
        boolean mtrrsRead,
        List<Vcpu> vcpus,
        int leftOver,
        @Nullable Space space) {
    /// The version written by this program.
    public static final int SCHEMA_VERSION = 1;

    /// A virtual CPU.
    public record Vcpu(
            String vmcb,
            int vm,
            int asid,
            boolean nestedPaging,
            String cr3,
            @Nullable String nestedCr3,
            String rip,
            PatForm pat,
            Space space,
            @Nullable Map<String, Long> nestedPages,
            Map<String, Long> nestedSmall) {}

    /// The guest's PAT.
    ///
    /// @param verdict such as `ignored`
    public record PatForm(
            String verdict,
            String inForce,
            String inForceTypes,
            @Nullable String asked,
            @Nullable String askedTypes,
            List<Integer> wrongEntries) {
        /// The verdict.
        ///
        /// @throws IllegalArgumentException if it is none that this program knows
        public PatVerdict.Kind kind() {
            return PatVerdict.Kind.valueOf(verdict.toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        static PatForm of(PatVerdict verdict) {
            Optional<Pat> asked = verdict.asked();
            return new PatForm(
                    word(verdict.kind()),
                    Hex.of(verdict.inForce().value()),
                    verdict.inForce().toString(),
                    asked.map(p -> Hex.of(p.value())).orElse(null),
                    asked.map(Pat::toString).orElse(null),
                    verdict.wrongEntries());
        }
    }

    /// All that page tables map.
    ///
    /// @param tlbReach bytes that the second level of a core's TLB holds up to, by page size; null if not known
    public record Space(
            PagingMode mode,
            Map<String, Long> guestPages,
            Map<String, Long> nestedPages,
            Map<String, Long> tlbPages,
            @Nullable Reach tlbReach,
            Map<String, Long> small,
            Map<String, Long> types,
            List<Device> devices,
            long moreDevices,
            List<Inspection.Noted> remarks,
            long tables,
            @Nullable String stopped) {
        static Space of(Inspection.Space space) {
            Map<String, Long> types = new LinkedHashMap<>();
            space.types().forEach((type, bytes) -> types.put(type.toString(), bytes));
            return new Space(
                    space.mode(),
                    sizes(space.guest()),
                    sizes(space.nested()),
                    sizes(space.tlb()),
                    space.reach().map(Reach::of).orElse(null),
                    reasons(space.small()),
                    types,
                    space.devices().stream().map(Device::of).toList(),
                    space.moreDevices(),
                    space.remarks(),
                    space.tables(),
                    space.stopped().map(Hex::of).orElse(null));
        }
    }

    /// What the second level of a core's TLB holds up to, for data. The sizes are not to be added up.
    ///
    /// @param core the core's generation, such as `Zen 3`
    /// @param bytes by page size
    public record Reach(String core, Map<String, Long> bytes) {
        static Reach of(TlbReach reach) {
            Map<String, Long> bytes = new LinkedHashMap<>();
            bytes.put(PageSize.K4.toString(), reach.small());
            bytes.put(PageSize.M2.toString(), reach.large());
            bytes.put(PageSize.G1.toString(), reach.huge());
            return new Reach(reach.core().title(), bytes);
        }
    }

    /// A mapping of device memory.
    ///
    /// @param meant the type that the guest meant, by the PAT that it asked for
    /// @param guestType the type that its page has by the PAT in force
    public record Device(
            String device,
            String virtual,
            @Nullable String guestPhysical,
            String physical,
            long bytes,
            @Nullable String meant,
            String guestType,
            @Nullable String nestedType,
            String mtrr,
            String inForce) {
        static Device of(Inspection.DeviceMapping mapping) {
            return new Device(
                    mapping.device(),
                    Hex.of(mapping.virtual()),
                    mapping.guestPhysical().map(Hex::of).orElse(null),
                    Hex.of(mapping.physical()),
                    mapping.bytes(),
                    mapping.meant().map(MemoryType::toString).orElse(null),
                    mapping.type().guest().toString(),
                    mapping.type().nested().map(MemoryType::toString).orElse(null),
                    mapping.type().mtrr().toString(),
                    mapping.type().effective().toString());
        }
    }

    /// Of the guests in a host's dump.
    public static InspectDocument of(String source, @Nullable String vm, boolean mtrrsRead, Inspection inspection) {
        return new InspectDocument(
                SCHEMA_VERSION,
                source,
                vm,
                inspection.memory(),
                mtrrsRead,
                inspection.vcpus().stream().map(InspectDocument::vcpu).toList(),
                inspection.leftOver(),
                null);
    }

    /// Of page tables alone.
    public static InspectDocument of(String source, long memory, boolean mtrrsRead, Inspection.Space space) {
        return new InspectDocument(SCHEMA_VERSION, source, null, memory, mtrrsRead, List.of(), 0, Space.of(space));
    }

    private static Vcpu vcpu(Inspection.Vcpu vcpu) {
        boolean nested = vcpu.vmcb().nested();
        return new Vcpu(
                Hex.of(vcpu.vmcb().address()),
                vcpu.vm(),
                vcpu.vmcb().asid(),
                nested,
                Hex.of(vcpu.vmcb().cr3()),
                nested ? Hex.of(vcpu.vmcb().nestedCr3()) : null,
                Hex.of(vcpu.vmcb().rip()),
                PatForm.of(vcpu.pat()),
                Space.of(vcpu.space()),
                vcpu.nested().map(InspectDocument::sizes).orElse(null),
                reasons(vcpu.nestedSmall()));
    }

    private static Map<String, Long> sizes(PageMix mix) {
        return Arrays.stream(PageSize.values())
                .collect(Collectors.toMap(PageSize::toString, mix::of, Long::sum, LinkedHashMap::new));
    }

    private static Map<String, Long> reasons(Map<HugePages.Reason, Long> counts) {
        Map<String, Long> words = new LinkedHashMap<>();
        for (HugePages.Reason reason : HugePages.Reason.values()) {
            words.put(word(reason), counts.getOrDefault(reason, 0L));
        }
        return words;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
