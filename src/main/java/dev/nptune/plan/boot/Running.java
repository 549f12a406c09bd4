package dev.nptune.plan.boot;

import dev.nptune.host.CommandLine.Parameter;
import dev.nptune.host.Kernel;
import java.util.List;

/// Tells which of several entries started the running kernel.
///
/// Arguments are compared as they are after the edit on both sides, so that an entry that is edited already is known
/// again before the next boot.
final class Running {
    private final Site site;
    private final List<String> arguments;

    Running(Site site) {
        this.site = site;
        this.arguments = after(site.host().kernel().commandLine().get().orElse(""));
    }

    private List<String> after(String commandLine) {
        return Site.configuredBy(KernelArguments.edit(commandLine, site.edit())).stream()
                .map(Parameter::toString)
                .sorted()
                .toList();
    }

    /// Whether the kernel was started with these arguments.
    boolean hasArguments(String options) {
        return after(options).equals(arguments);
    }

    /// Whether an image, or what else names a kernel, may be the running one: a release in it is the running one's, and
    /// an image by a package's name is of the running kernel's package.
    boolean mayBe(String image) {
        Kernel kernel = site.host().kernel();
        if (!site.release().isEmpty() && image.contains(site.release())) {
            return true;
        }
        if (image.matches(".*\\d+\\.\\d+.*")) {
            return false;
        }
        String name = image.replaceAll("#.*", "");
        return kernel.packageName().get().map(p -> name.endsWith("-" + p)).orElse(true);
    }
}
