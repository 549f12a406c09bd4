package dev.nptune.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against libvirt's own test driver, which has one running domain, `test`.
class LibvirtTest {
    private final Libvirt libvirt = new Libvirt("test:///default");

    @BeforeEach
    void virsh() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/virsh")), "no virsh here");
    }

    @Test
    void domainsAndTheirState() throws IOException {
        assertThat(libvirt.domains()).containsExactly("test");
        assertThat(libvirt.state("test")).isEqualTo("running");
        assertThat(libvirt.version()).matches("[0-9.]+");
    }

    @Test
    void theXmlComesBackWhole() throws IOException {
        assertThat(libvirt.inactiveXml("test"))
                .startsWith("<domain type='test'>")
                .contains("</domain>");
        assertThat(libvirt.inactiveXmlWithSecrets("test")).isEqualTo(libvirt.inactiveXml("test"));
        libvirt.define(libvirt.inactiveXml("test"));
    }

    @Test
    void libvirtsComplaintIsPassedOn() {
        assertThatThrownBy(() -> libvirt.inactiveXml("--help"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("failed to get domain '--help'");
        assertThatThrownBy(() -> libvirt.define("<domain/>")).hasMessageContaining("virsh define");
    }
}
