package dev.nptune.kernel.module;

import dev.nptune.internal.text.UserException;
import dev.nptune.internal.text.UserException.Exit;
import java.io.IOException;
import java.util.List;

/// Unloads modules, and loads those that lie there now in their place.
public final class ModuleReload implements ModuleUse {
    private final ModuleLoader loader;
    private final List<String> modules;
    private final List<String> before;
    private final List<String> wanted;
    private boolean unloaded;
    private boolean tookBack;

    /// @param modules all that may be exchanged
    /// @param before which of them are loaded, with those that use them, in the order in which they can be unloaded
    /// @param wanted what there is to load in the end
    ModuleReload(ModuleLoader loader, List<String> modules, List<String> before, List<String> wanted) {
        this.loader = loader;
        this.modules = modules;
        this.before = before;
        this.wanted = wanted;
    }

    @Override
    public void begin() throws IOException, UserException {
        loader.unload(before);
        unloaded = true;
        loader.load(wanted);
    }

    /// What could not be unloaded is loaded still, and loading it again does nothing.
    @Override
    public void takeBack() throws IOException, UserException {
        if (unloaded) {
            loader.unload(loader.loaded(modules));
        }
        loader.load(before.reversed());
        tookBack = true;
    }

    /// What is told where loading failed and all of it was taken back; for any other failure that failure itself.
    public UserException told(UserException failure) {
        if (!tookBack || failure.exit() == Exit.PARTLY_APPLIED) {
            return failure;
        }
        String what = unloaded
                ? "the module does not load and was taken away again; what was there before is back"
                        + (before.isEmpty() ? "" : " and loaded")
                : "the loaded module could not be unloaded; the new one was taken away again";
        return new UserException(Exit.ROLLED_BACK, what + ": " + failure.getMessage(), failure.nextStep(), failure);
    }
}
