"""Made documents: invoices, forms and letters, and the ops on their content."""
