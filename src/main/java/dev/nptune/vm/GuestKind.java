package dev.nptune.vm;

/// What is to run in a VM that is made anew.
public enum GuestKind {
    WINDOWS_11("http://microsoft.com/win/11"),
    WINDOWS_10("http://microsoft.com/win/10"),
    /// Any current Linux.
    LINUX("http://libosinfo.org/linux/2022");

    private final String libosinfo;

    GuestKind(String libosinfo) {
        this.libosinfo = libosinfo;
    }

    /// Its id in libosinfo's database, as virt-manager notes it in the domain.
    public String libosinfo() {
        return libosinfo;
    }

    public boolean windows() {
        return this != LINUX;
    }

    /// Whether it asks for Secure Boot and a TPM 2.0 before it lets itself be installed.
    public boolean secured() {
        return this == WINDOWS_11;
    }
}
