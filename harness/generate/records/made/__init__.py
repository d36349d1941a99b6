"""Made records with truth: claims, orders and payments, for teams without samples and as other populations."""
