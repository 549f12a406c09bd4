/// Tests of tables, pictures and the report.
@NullMarked
package dev.nptune.report;

import org.jspecify.annotations.NullMarked;
