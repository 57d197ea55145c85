using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ampacity.Records.Sqlite.Migrations
{
    /// <summary>
    /// Numbers in place of names, one index in place of five. The table is made anew and filled from the old one, so that a file of
    /// the first release keeps every fact under its id.
    /// </summary>
    public partial class FactsInColumns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            foreach (var index in new[] { "facts_believed", "facts_believed_slot", "facts_recorded_by", "facts_retracted_by", "facts_subject" })
            {
                migrationBuilder.DropIndex(name: index, table: "facts");
            }

            migrationBuilder.RenameTable(name: "facts", newName: "facts_before");

            migrationBuilder.CreateTable(
                name: "owners",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_owners", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "facts",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    subject_kind = table.Column<byte>(type: "INTEGER", nullable: false),
                    subject_number = table.Column<long>(type: "INTEGER", nullable: false),
                    aspect = table.Column<byte>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false),
                    valid_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    valid_to_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    declared_by = table.Column<int>(type: "INTEGER", nullable: true),
                    recorded_by = table.Column<long>(type: "INTEGER", nullable: false),
                    retracted_by = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts", x => x.id);
                });

            // In order of first use, as the program gives the numbers.
            migrationBuilder.Sql(
                """
                INSERT INTO owners (id, name)
                SELECT row_number() OVER (ORDER BY min(id)), declared_by FROM facts_before WHERE declared_by <> '' GROUP BY declared_by;
                """);

            // The fifteen aspects of the first release; one that is not among them breaks the NOT NULL, and nothing is changed.
            migrationBuilder.Sql(
                """
                INSERT INTO facts (
                    id, subject_kind, subject_number, aspect, key, value, valid_from_ms, valid_to_ms, declared_by, recorded_by, retracted_by)
                SELECT
                    id, subject_kind, subject_number,
                    CASE aspect
                        WHEN 'node' THEN 1 WHEN 'hall' THEN 2 WHEN 'floorPosition' THEN 3 WHEN 'sku' THEN 4 WHEN 'programme' THEN 5
                        WHEN 'powerRating' THEN 6 WHEN 'efficiency' THEN 7 WHEN 'coolingRating' THEN 8 WHEN 'feed' THEN 9
                        WHEN 'feedMode' THEN 10 WHEN 'cool' THEN 11 WHEN 'placement' THEN 12 WHEN 'identifier' THEN 13
                        WHEN 'lifecycle' THEN 14 WHEN 'bindingRule' THEN 15 END,
                    key,
                    CASE aspect
                        WHEN 'placement' THEN json_extract(value, '$.rack') || '/' || json_extract(value, '$.part')
                        WHEN 'identifier' THEN json_extract(value, '$.text')
                        ELSE value END,
                    valid_from_ms,
                    nullif(valid_to_ms, 9223372036854775807),
                    (SELECT owners.id FROM owners WHERE owners.name = facts_before.declared_by),
                    recorded_by, retracted_by
                FROM facts_before ORDER BY id;
                """);

            migrationBuilder.DropTable(name: "facts_before");

            migrationBuilder.CreateIndex(
                name: "facts_retracted_by",
                table: "facts",
                column: "retracted_by",
                filter: "retracted_by IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "owners_name",
                table: "owners",
                column: "name",
                unique: true);
        }

        /// <summary>Not possible: the aspects since have no names in the first release.</summary>
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new System.NotSupportedException("records are not taken back to the first release: restore a backup of that time");
    }
}
