"""What people see: tables, figures, reports."""
