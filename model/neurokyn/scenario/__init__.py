"""What happens to a person and when: written, checked, expanded, simulated."""
