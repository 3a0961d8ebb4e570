"""Bad reviews: each is pre-checked, verified, put right or explained, replied to and called back."""
