"""Random worlds: whatever happens, each entity shows what an independent model expects."""
