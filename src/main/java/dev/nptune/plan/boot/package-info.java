/// What a machine boots from: …
@NullMarked
package dev.nptune.plan.boot;

import org.jspecify.annotations.NullMarked;
