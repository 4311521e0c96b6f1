"""What counties give to partners for each parcel."""
