package dev.nptune.internal.text;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What went wrong with a file, in words. The JDK's own message is often no more than the file's name.
public final class IoReason {
    private IoReason() {}

    /// The reason alone, for a message that names the file itself.
    public static String of(IOException e) {
        String message = e.getMessage();
        return switch (e) {
            case NoSuchFileException _ -> "no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file is in the way";
            case NotDirectoryException _ -> "it is no folder";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case FileSystemLoopException _ -> "its symbolic links lead round in a circle";
            case CharacterCodingException _ -> "it is no UTF-8 text";
            case FileNotFoundException _
            when message != null && message.endsWith(")") ->
                message.substring(message.lastIndexOf(" (") + 2, message.length() - 1);
            case FileSystemException f when f.getReason() != null -> f.getReason();
            case FileSystemException f -> "it cannot be used (" + f.getClass().getSimpleName() + ")";
            default -> message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
        };
    }

    /// The reason with the file's name, where the exception knows it.
    public static String withFile(IOException e) {
        return e instanceof FileSystemException f && f.getFile() != null && !(e instanceof FileSystemLoopException)
                ? f.getFile() + ": " + of(e)
                : of(e);
    }
}
