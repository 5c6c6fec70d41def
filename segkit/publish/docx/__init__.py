"""The report as a Word document: native headings, tables, captions and references that a student can edit."""
