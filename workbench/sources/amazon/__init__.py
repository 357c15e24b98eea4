"""What Amazon exports: one report a module, each with the columns that tell it and the tables it makes."""
