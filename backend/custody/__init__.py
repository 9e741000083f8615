"""The exam's materials: what was handed to whom, sealed and counted, who watched over it, and by when what is due."""
