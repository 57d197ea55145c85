using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Ampacity.Records.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "audit",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    who = table.Column<string>(type: "TEXT", nullable: false),
                    verb = table.Column<string>(type: "TEXT", nullable: false),
                    what = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "change_sets",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    author = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    recorded_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_change_sets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "counters",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    next_node = table.Column<int>(type: "INTEGER", nullable: false),
                    next_asset = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_counters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "credentials",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    username = table.Column<string>(type: "TEXT", nullable: false),
                    protected_password = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credentials", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "surveys",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    began_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    author = table.Column<string>(type: "TEXT", nullable: false),
                    json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_surveys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "facts",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    subject_kind = table.Column<byte>(type: "INTEGER", nullable: false),
                    subject_number = table.Column<long>(type: "INTEGER", nullable: false),
                    aspect = table.Column<string>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false),
                    valid_from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    valid_to_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    declared_by = table.Column<string>(type: "TEXT", nullable: false),
                    recorded_by = table.Column<long>(type: "INTEGER", nullable: false),
                    retracted_by = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts", x => x.id);
                    table.ForeignKey(
                        name: "FK_facts_change_sets_recorded_by",
                        column: x => x.recorded_by,
                        principalTable: "change_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_facts_change_sets_retracted_by",
                        column: x => x.retracted_by,
                        principalTable: "change_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.InsertData(
                table: "counters",
                columns: new[] { "id", "next_asset", "next_node" },
                values: new object[] { 1, 1L, 0 });

            migrationBuilder.CreateIndex(
                name: "change_sets_recorded_ms",
                table: "change_sets",
                column: "recorded_ms");

            migrationBuilder.CreateIndex(
                name: "facts_believed",
                table: "facts",
                column: "id",
                filter: "retracted_by IS NULL");

            migrationBuilder.CreateIndex(
                name: "facts_believed_slot",
                table: "facts",
                columns: new[] { "subject_kind", "subject_number", "aspect", "key", "valid_from_ms" },
                unique: true,
                filter: "retracted_by IS NULL");

            migrationBuilder.CreateIndex(
                name: "facts_recorded_by",
                table: "facts",
                column: "recorded_by");

            migrationBuilder.CreateIndex(
                name: "facts_retracted_by",
                table: "facts",
                column: "retracted_by",
                filter: "retracted_by IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "facts_subject",
                table: "facts",
                columns: new[] { "subject_kind", "subject_number" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit");

            migrationBuilder.DropTable(
                name: "counters");

            migrationBuilder.DropTable(
                name: "credentials");

            migrationBuilder.DropTable(
                name: "facts");

            migrationBuilder.DropTable(
                name: "surveys");

            migrationBuilder.DropTable(
                name: "change_sets");
        }
    }
}
