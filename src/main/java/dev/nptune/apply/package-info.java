/// Carries out changes with a journal, and takes them back.
@NullMarked
package dev.nptune.apply;

import org.jspecify.annotations.NullMarked;
