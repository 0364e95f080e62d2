"""What results say of persons, for people: a table, findings, and a page of both with plots."""
