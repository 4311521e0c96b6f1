"""What people read and type: words, formats, catalogues, templates."""
