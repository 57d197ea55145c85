// The names that the store's opening still uses for the layer under its journal.
global using IJournalFiles = Ampacity.Tsdb.IStoreFiles;
