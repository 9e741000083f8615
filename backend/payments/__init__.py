"""Orders, payments and what the platforms say of them."""
