"""Wrong entries put right: said by one person, approved by another, and recorded beside what was wrong."""
