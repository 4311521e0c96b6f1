"""How the framework itself writes dates and numbers, in the administration and in form fields."""
