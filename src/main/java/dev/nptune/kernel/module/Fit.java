package dev.nptune.kernel.module;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Whether built modules fit a kernel: what the kernel itself asks before it loads one.
final class Fit {
    private static final String OTHER_KERNEL =
            "the headers are not those of the kernel: install the ones of its exact version";

    private final KernelHeaders headers;
    private final @Nullable Path modules;
    private String vermagic = "";

    /// @param modules the kernel's installed modules; null if there are none to compare with
    Fit(KernelHeaders headers, @Nullable Path modules) {
        this.headers = headers;
        this.modules = modules;
    }

    /// What all modules say of the kernel they are for; after [#check].
    String vermagic() {
        return vermagic;
    }

    /// Checks all of one build.
    ///
    /// @return what does not hinder, but a person should know
    /// @throws UserException if the kernel would refuse one
    List<String> check(List<Path> built) throws IOException, UserException {
        List<String> notes = new ArrayList<>();
        SymbolVersions kernel = SymbolVersions.read(headers.folder().resolve("Module.symvers"));
        SymbolVersions own = own(built);
        for (Path ko : built) {
            ElfModule module = ModuleFile.read(ko);
            String name = ModuleFile.name(ko).orElseThrow();
            vermagic(name, module);
            symbols(name, module, kernel, own);
            notes.addAll(exports(name, module, kernel, own));
        }
        if (modules == null) {
            notes.add("not compared with the kernel's own modules: none given");
        }
        return notes;
    }

    private static SymbolVersions own(List<Path> built) throws IOException {
        Map<String, Integer> crcs = new HashMap<>();
        Map<String, String> owners = new HashMap<>();
        for (Path folder : new TreeSet<>(built.stream().map(Path::getParent).toList())) {
            Path file = folder.resolve("Module.symvers");
            if (Files.exists(file)) {
                SymbolVersions read = SymbolVersions.read(file);
                crcs.putAll(read.crcs());
                owners.putAll(read.owners());
            }
        }
        return new SymbolVersions(crcs, owners);
    }

    private void vermagic(String name, ElfModule module) throws IOException, UserException {
        String says = String.join(" ", module.info("vermagic")).strip();
        Optional<Path> stock = modules == null ? Optional.empty() : ModuleFile.stock(modules, name);
        String wanted = stock.isPresent()
                ? String.join(" ", ModuleFile.read(stock.get()).info("vermagic"))
                        .strip()
                : headers.release();
        if (stock.isPresent() ? !says.equals(wanted) : !says.startsWith(wanted + " ")) {
            throw refused(name, "it is for '" + says + "', the kernel is '" + wanted + "'");
        }
        vermagic = says;
    }

    private static void symbols(String name, ElfModule module, SymbolVersions kernel, SymbolVersions own)
            throws IOException, UserException {
        List<String> misfits = kernel.misfits(module.versions(), own);
        if (!misfits.isEmpty()) {
            throw refused(name, misfits.getFirst() + more(misfits));
        }
        for (String symbol : module.imports()) {
            if (!kernel.crcs().containsKey(symbol) && !own.crcs().containsKey(symbol)) {
                throw refused(name, "it needs " + symbol + ", which nobody exports");
            }
        }
    }

    /// Symbols that the kernel's own module has, and this one has not or has in another version.
    private List<String> exports(String name, ElfModule module, SymbolVersions kernel, SymbolVersions own)
            throws IOException {
        List<String> notes = new ArrayList<>();
        Optional<String> owner = kernel.owners().values().stream()
                .filter(o -> ModuleFile.same(o.substring(o.lastIndexOf('/') + 1), name))
                .findFirst();
        if (owner.isPresent()) {
            List<String> changed = kernel.changed(owner.get(), own);
            if (!changed.isEmpty()) {
                notes.add(name + " exports " + changed.getFirst() + more(changed)
                        + " in another version than the kernel's own; modules that use it and were not built along "
                        + "with it will not load");
            }
        }
        if (modules != null) {
            Optional<Path> stock = ModuleFile.stock(modules, name);
            if (stock.isEmpty()) {
                notes.add("the kernel has no module " + name + " of its own to compare with");
            } else {
                List<String> gone = new ArrayList<>(ModuleFile.read(stock.get()).exports());
                gone.removeAll(module.exports());
                if (!gone.isEmpty()) {
                    notes.add(name + " no longer exports " + gone.getFirst() + more(gone));
                }
            }
        }
        return notes;
    }

    private static String more(List<?> list) {
        return list.size() > 1 ? " (and " + (list.size() - 1) + " more)" : "";
    }

    private static UserException refused(String name, String why) {
        return new UserException(Exit.CANNOT, "the kernel would refuse " + name + ": " + why, OTHER_KERNEL);
    }
}
