using Microsoft.EntityFrameworkCore;

namespace Ampacity.Records;

/// <summary>
/// The tables, the same for every provider: 64-bit UTC milliseconds and text only, since SQLite cannot compare a DateTimeOffset.
/// A provider adds a subclass of its own with a migrations folder of its own.
/// </summary>
internal abstract class RecordContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<SurveyRow> Surveys => Set<SurveyRow>();

    public DbSet<CredentialRow> Credentials => Set<CredentialRow>();

    public DbSet<EventRow> Events => Set<EventRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ChangeSetRow>(table =>
        {
            table.ToTable("change_sets");
            table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            table.Property(row => row.Author).HasColumnName("author");
            table.Property(row => row.Reason).HasColumnName("reason");
            table.Property(row => row.RecordedMs).HasColumnName("recorded_ms");
            // Serves a read by recorded time.
            table.HasIndex(row => row.RecordedMs, "change_sets_recorded_ms");
        });
        // No foreign keys and no index but one: with five and two, 1,000,000 facts took 4.4 s; so 15,400,000 take 17.5 s. The writer gives
        // the numbers in the transaction that uses them, FactLoader checks them when they are read; questions are answered from memory.
        modelBuilder.Entity<FactEntry>(table =>
        {
            table.ToTable("facts");
            table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            table.Property(row => row.SubjectKind).HasColumnName("subject_kind");
            table.Property(row => row.SubjectNumber).HasColumnName("subject_number");
            table.Property(row => row.Aspect).HasColumnName("aspect");
            table.Property(row => row.Key).HasColumnName("key");
            table.Property(row => row.Value).HasColumnName("value");
            table.Property(row => row.ValidFromMs).HasColumnName("valid_from_ms");
            table.Property(row => row.ValidToMs).HasColumnName("valid_to_ms");
            table.Property(row => row.DeclaredBy).HasColumnName("declared_by");
            table.Property(row => row.RecordedBy).HasColumnName("recorded_by");
            table.Property(row => row.RetractedBy).HasColumnName("retracted_by");
            // What another process retracted since.
            table.HasIndex(row => row.RetractedBy, "facts_retracted_by").HasFilter("retracted_by IS NOT NULL");
        });
        modelBuilder.Entity<OwnerRow>(table =>
        {
            table.ToTable("owners");
            table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            table.Property(row => row.Name).HasColumnName("name");
            table.HasIndex(row => row.Name, "owners_name").IsUnique();
        });
        modelBuilder.Entity<CounterRow>(table =>
        {
            table.ToTable("counters");
            table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            table.Property(row => row.NextNode).HasColumnName("next_node");
            table.Property(row => row.NextAsset).HasColumnName("next_asset");
            table.HasData(new CounterRow { Id = 1, NextNode = 0, NextAsset = 1 });
        });
        modelBuilder.Entity<SurveyRow>(table =>
        {
            table.ToTable("surveys");
            table.Property(row => row.Id).HasColumnName("id").ValueGeneratedOnAdd();
            table.Property(row => row.BeganMs).HasColumnName("began_ms");
            table.Property(row => row.EndedMs).HasColumnName("ended_ms");
            table.Property(row => row.Author).HasColumnName("author");
            table.Property(row => row.Json).HasColumnName("json");
        });
        modelBuilder.Entity<CredentialRow>(table =>
        {
            table.ToTable("credentials");
            table.HasKey(row => row.Name);
            table.Property(row => row.Name).HasColumnName("name");
            table.Property(row => row.Username).HasColumnName("username");
            table.Property(row => row.ProtectedPassword).HasColumnName("protected_password");
        });
        modelBuilder.Entity<AuditRow>(table =>
        {
            table.ToTable("audit");
            table.Property(row => row.Id).HasColumnName("id").ValueGeneratedOnAdd();
            table.Property(row => row.AtMs).HasColumnName("at_ms");
            table.Property(row => row.Who).HasColumnName("who");
            table.Property(row => row.Verb).HasColumnName("verb");
            table.Property(row => row.What).HasColumnName("what");
        });
        modelBuilder.Entity<EventRow>(table =>
        {
            table.ToTable("events");
            table.Property(row => row.Id).HasColumnName("id").ValueGeneratedOnAdd();
            table.Property(row => row.AtMs).HasColumnName("at_ms");
            table.Property(row => row.Bmc).HasColumnName("bmc");
            table.Property(row => row.Place).HasColumnName("place");
            table.Property(row => row.Asset).HasColumnName("asset");
            table.Property(row => row.Component).HasColumnName("component");
            table.Property(row => row.Source).HasColumnName("source");
            table.Property(row => row.Kind).HasColumnName("kind");
            table.Property(row => row.Severity).HasColumnName("severity");
            table.Property(row => row.Evidence).HasColumnName("evidence");
            // Serves the history of one BMC.
            table.HasIndex(row => row.Bmc, "events_bmc");
        });
    }
}
