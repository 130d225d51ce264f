"""One file per organ system; each holds one `module`."""
