"""One retiree: standing, certifications, payments month by month, forms."""
