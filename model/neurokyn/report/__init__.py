"""What a person sees: pictures, tables, equations."""
