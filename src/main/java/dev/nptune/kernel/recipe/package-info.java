/// Recipes of kernel packages, edited so that they build with a patch. A recipe is read and edited as text and never
/// run. Text is ISO 8859-1, so that every byte of a file is one character and comes out as it went in.
@NullMarked
package dev.nptune.kernel.recipe;

import org.jspecify.annotations.NullMarked;
