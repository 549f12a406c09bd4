/// Tests of JSON in and out.
@NullMarked
package dev.nptune.internal.json;

import org.jspecify.annotations.NullMarked;
