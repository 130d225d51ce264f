"""What a model says about its numbers: sensitivities, calibration, comparison with reported results."""
