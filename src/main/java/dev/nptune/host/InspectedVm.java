package dev.nptune.host;

import java.util.Objects;

/// What the page tables of a running VM said when somebody looked into the host's memory (`nptune inspect`).
///
/// @param name the VM's name
/// @param vmcb where its VMCB was, such as `VMCB 0x108d33000`
/// @param nestedPaging whether nested page tables were in use
/// @param patAsked the PAT that the guest wrote, in hexadecimal; absent if that was not found
/// @param patInForce the PAT in force, likewise
/// @param patIgnored whether the one in force is not the one asked for, or surely cannot be
public record InspectedVm(
        String name, String vmcb, boolean nestedPaging, Fact<String> patAsked, String patInForce, boolean patIgnored) {
    public InspectedVm {
        Objects.requireNonNull(name);
        Objects.requireNonNull(vmcb);
        Objects.requireNonNull(patAsked);
        Objects.requireNonNull(patInForce);
    }
}
