"""The shipped model beside published ones; none of their code runs here, only their numbers and equations."""
