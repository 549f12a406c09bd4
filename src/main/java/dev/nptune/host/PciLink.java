package dev.nptune.host;

/// The PCI Express link of a function to what is above it (of a root or downstream port: to what is below it).
///
/// All absent for what is no PCI Express device. A graphics card without work runs its link slowly: speed now below
/// speed at most means nothing while it idles.
///
/// @param currentSpeed gigatransfers per second and lane: 2.5, 5, 8, 16, 32, 64
/// @param maxSpeed what this end can do; the other end may do less
/// @param currentWidth lanes; 0 where nothing is plugged in
/// @param maxWidth lanes of this end
public record PciLink(
        Fact<Double> currentSpeed, Fact<Double> maxSpeed, Fact<Integer> currentWidth, Fact<Integer> maxWidth) {

    static PciLink unread(String directory, String reason) {
        return new PciLink(
                Fact.unreadable(directory + "/current_link_speed", reason),
                Fact.unreadable(directory + "/max_link_speed", reason),
                Fact.unreadable(directory + "/current_link_width", reason),
                Fact.unreadable(directory + "/max_link_width", reason));
    }
}
