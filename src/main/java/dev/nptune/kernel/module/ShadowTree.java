package dev.nptune.kernel.module;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/// A kernel's tree made of its headers and some folders of its source: real folders, in which each file of the headers
/// is
/// a link, so that includes by `..` lead where they would in the full tree. kbuild then builds a folder as it would
/// there, with that folder's own `Makefile`.
///
/// @param objects where `make` is started
/// @param source the tree's top
record ShadowTree(Path objects, Path source) {
    private static final List<String> PROGRAMS = List.of("scripts", "tools");

    /// Makes it in an empty folder.
    static ShadowTree make(KernelHeaders headers, Path folder) throws IOException {
        Path source = Files.createDirectories(folder.resolve("source"));
        Path common = headers.common();
        for (String part : List.of("include", "arch/x86")) {
            link(common.resolve(part), source.resolve(part));
        }
        try (Stream<Path> top = Files.list(common)) {
            for (Path file : top.filter(Files::isRegularFile).toList()) {
                Files.createSymbolicLink(source.resolve(file.getFileName()), file);
            }
        }
        linkPrograms(common, source);
        if (!headers.split()) {
            return new ShadowTree(source, source);
        }
        Path objects = Files.createDirectories(folder.resolve("objects"));
        try (Stream<Path> top = Files.list(headers.folder())) {
            for (Path file : top.toList()) {
                String name = file.getFileName().toString();
                if (!name.equals("Makefile") && !PROGRAMS.contains(name)) {
                    Files.createSymbolicLink(objects.resolve(name), file);
                }
            }
        }
        linkPrograms(common, objects);
        Files.writeString(objects.resolve("Makefile"), "include " + source + "/Makefile\n");
        return new ShadowTree(objects, source);
    }

    private static void linkPrograms(Path from, Path to) throws IOException {
        for (String name : PROGRAMS) {
            if (Files.isDirectory(from.resolve(name))) {
                Files.createSymbolicLink(to.resolve(name), from.resolve(name).toRealPath());
            }
        }
    }

    private static void link(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
                if (!KernelSource.isBuilt(file)) {
                    Files.createSymbolicLink(to.resolve(from.relativize(file)), file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// Lays the files of a folder over the tree.
    void overlay(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes a) throws IOException {
                Files.createDirectories(source.resolve(folder.relativize(each).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
                Path to = source.resolve(folder.relativize(file).toString());
                // the top's Makefile is that of the headers, which knows what was built
                if (!(folder.equals(file.getParent()) && Files.exists(to))) {
                    Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
