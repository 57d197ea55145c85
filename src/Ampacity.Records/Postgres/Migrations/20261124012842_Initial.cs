using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Ampacity.Records.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "ampacity");

            migrationBuilder.CreateTable(
                name: "audit",
                schema: "ampacity",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    at_ms = table.Column<long>(type: "bigint", nullable: false),
                    who = table.Column<string>(type: "text", nullable: false),
                    verb = table.Column<string>(type: "text", nullable: false),
                    what = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "change_sets",
                schema: "ampacity",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    author = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    recorded_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_change_sets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "counters",
                schema: "ampacity",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    next_node = table.Column<int>(type: "integer", nullable: false),
                    next_asset = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_counters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "credentials",
                schema: "ampacity",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    username = table.Column<string>(type: "text", nullable: false),
                    protected_password = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credentials", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "facts",
                schema: "ampacity",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    subject_kind = table.Column<byte>(type: "smallint", nullable: false),
                    subject_number = table.Column<long>(type: "bigint", nullable: false),
                    aspect = table.Column<byte>(type: "smallint", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    valid_from_ms = table.Column<long>(type: "bigint", nullable: false),
                    valid_to_ms = table.Column<long>(type: "bigint", nullable: true),
                    declared_by = table.Column<int>(type: "integer", nullable: true),
                    recorded_by = table.Column<long>(type: "bigint", nullable: false),
                    retracted_by = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "owners",
                schema: "ampacity",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_owners", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "surveys",
                schema: "ampacity",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    began_ms = table.Column<long>(type: "bigint", nullable: false),
                    ended_ms = table.Column<long>(type: "bigint", nullable: false),
                    author = table.Column<string>(type: "text", nullable: false),
                    json = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_surveys", x => x.id);
                });

            migrationBuilder.InsertData(
                schema: "ampacity",
                table: "counters",
                columns: new[] { "id", "next_asset", "next_node" },
                values: new object[] { 1, 1L, 0 });

            migrationBuilder.CreateIndex(
                name: "change_sets_recorded_ms",
                schema: "ampacity",
                table: "change_sets",
                column: "recorded_ms");

            migrationBuilder.CreateIndex(
                name: "facts_retracted_by",
                schema: "ampacity",
                table: "facts",
                column: "retracted_by",
                filter: "retracted_by IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "owners_name",
                schema: "ampacity",
                table: "owners",
                column: "name",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit",
                schema: "ampacity");

            migrationBuilder.DropTable(
                name: "change_sets",
                schema: "ampacity");

            migrationBuilder.DropTable(
                name: "counters",
                schema: "ampacity");

            migrationBuilder.DropTable(
                name: "credentials",
                schema: "ampacity");

            migrationBuilder.DropTable(
                name: "facts",
                schema: "ampacity");

            migrationBuilder.DropTable(
                name: "owners",
                schema: "ampacity");

            migrationBuilder.DropTable(
                name: "surveys",
                schema: "ampacity");
        }
    }
}
