/// What people see afterwards: tables, diffs and the HTML report.
@NullMarked
package dev.nptune.report;

import org.jspecify.annotations.NullMarked;
