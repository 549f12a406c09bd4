package dev.nptune.cli;

import dev.nptune.host.Fact;
import dev.nptune.host.InspectedVm;
import dev.nptune.internal.json.Json;
import dev.nptune.internal.text.IoReason;
import dev.nptune.internal.text.Printable;
import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import dev.nptune.paging.type.PatVerdict;
import dev.nptune.report.InspectDocument;
import dev.nptune.report.InspectDocument.Vcpu;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `nptune inspect -o FILE` wrote, for the doctor.
final class InspectionFile {
    private static final int MOST_BYTES = 64 << 20;

    private InspectionFile() {}

    /// Reads it.
    ///
    /// @param asked the VM that is asked about; null if all are
    /// @return its VM; none if nothing can be concluded about its PAT
    /// @throws UserException if it cannot be read, or does not say which VM it is about
    static List<InspectedVm> read(Path file, @Nullable String asked) throws UserException {
        String name = Printable.line(file.toString());
        InspectDocument document = document(file, name);
        String vm = document.vm() != null ? document.vm() : asked;
        if (vm == null
                || document.vcpus().stream().mapToInt(Vcpu::vm).distinct().count() != 1) {
            throw new UserException(
                    Exit.WRONG_USE,
                    name + (document.vcpus().isEmpty() ? " has no VM in it" : " does not say which VM it is about"),
                    "run 'nptune inspect' while that VM alone runs, with --vm NAME");
        }
        List<Vcpu> telling = document.vcpus().stream()
                .filter(vcpu -> vcpu.pat().kind() != PatVerdict.Kind.UNKNOWN)
                .toList();
        return telling.isEmpty() ? List.of() : List.of(of(vm, telling, name));
    }

    private static InspectDocument document(Path file, String name) throws UserException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("larger than what 'nptune inspect' writes");
            }
            InspectDocument document = Json.read(new String(bytes, StandardCharsets.UTF_8), InspectDocument.class);
            if (document.schemaVersion() != InspectDocument.SCHEMA_VERSION || document.vcpus() == null) {
                throw new IllegalArgumentException("not what this version of 'nptune inspect' writes");
            }
            document.vcpus().forEach(vcpu -> vcpu.pat().kind());
            return document;
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException(
                    Exit.WRONG_USE,
                    "cannot read " + name + ": "
                            + Printable.brief(
                                    e instanceof IOException io ? IoReason.of(io) : String.valueOf(e.getMessage()),
                                    200),
                    "make it with: nptune inspect --dump FILE --vm NAME -o inspection.json",
                    e);
        }
    }

    /// Of several vCPUs the first whose PAT is not in force, or else the first.
    private static InspectedVm of(String vm, List<Vcpu> vcpus, String source) {
        Vcpu shown = vcpus.stream()
                .filter(vcpu -> vcpu.pat().kind().isDisobeyed())
                .findFirst()
                .orElse(vcpus.getFirst());
        String asked = shown.pat().asked();
        return new InspectedVm(
                vm,
                "VMCB " + shown.vmcb(),
                shown.nestedPaging(),
                asked == null ? Fact.absent(source) : Fact.known(asked, source),
                shown.pat().inForce(),
                shown.pat().kind().isDisobeyed());
    }
}
