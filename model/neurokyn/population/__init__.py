"""Virtual people, drawn from the spreads of `params/`, and what is reckoned from them."""
