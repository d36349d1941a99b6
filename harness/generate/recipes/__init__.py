"""Recipes: packs, their files and their folders."""
