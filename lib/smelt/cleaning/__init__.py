"""What is taken out of texts and what is made uniform, before pairs are made of them."""
