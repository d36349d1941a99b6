"""Made records with their truth: claims, orders and payments, for who has no samples yet, and as other populations."""
