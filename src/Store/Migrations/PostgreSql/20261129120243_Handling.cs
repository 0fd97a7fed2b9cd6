// SPDX-License-Identifier: Apache-2.0
using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Handling : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "assignee_id",
                table: "faxes",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "handling",
                table: "faxes",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "handling_version",
                table: "faxes",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "notes_struck",
                table: "faxes",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "notes_written",
                table: "faxes",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<byte[]>(
                name: "sealed_labels",
                table: "faxes",
                type: "bytea",
                nullable: true);

            // What came in before anybody could say so has been opened by nobody as far as is known.
            migrationBuilder.Sql("UPDATE faxes SET handling = 1 WHERE direction = 1");

            migrationBuilder.CreateTable(
                name: "fax_labels",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    fax_id = table.Column<Guid>(type: "uuid", nullable: false),
                    label_tag = table.Column<byte[]>(type: "bytea", nullable: false),
                    begun_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fax_labels", x => new { x.tenant_id, x.fax_id, x.label_tag });
                    table.ForeignKey(
                        name: "FK_fax_labels_faxes_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "fax_notes",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    fax_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    written_at = table.Column<long>(type: "bigint", nullable: false),
                    struck_at = table.Column<long>(type: "bigint", nullable: true),
                    key_epoch = table.Column<long>(type: "bigint", nullable: false),
                    sealed_text = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fax_notes", x => new { x.tenant_id, x.fax_id, x.number });
                    table.ForeignKey(
                        name: "FK_fax_notes_faxes_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "handling_undos",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    fax_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    change_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    changed_at = table.Column<long>(type: "bigint", nullable: false),
                    handling = table.Column<int>(type: "integer", nullable: true),
                    assignee_id = table.Column<Guid>(type: "uuid", nullable: true),
                    sealed_labels = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_handling_undos", x => new { x.tenant_id, x.fax_id, x.version });
                    table.ForeignKey(
                        name: "FK_handling_undos_faxes_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_assignee_id_begun_at_fax_id",
                table: "faxes",
                columns: new[] { "tenant_id", "assignee_id", "begun_at", "fax_id" });

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_handling_begun_at_fax_id",
                table: "faxes",
                columns: new[] { "tenant_id", "handling", "begun_at", "fax_id" });

            migrationBuilder.CreateIndex(
                name: "IX_faxes_tenant_id_handling_state_line_id_assignee_id",
                table: "faxes",
                columns: new[] { "tenant_id", "handling", "state", "line_id", "assignee_id" });

            migrationBuilder.CreateIndex(
                name: "IX_fax_labels_tenant_id_label_tag_begun_at_fax_id",
                table: "fax_labels",
                columns: new[] { "tenant_id", "label_tag", "begun_at", "fax_id" });

            migrationBuilder.CreateIndex(
                name: "IX_handling_undos_tenant_id_change_id",
                table: "handling_undos",
                columns: new[] { "tenant_id", "change_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "fax_labels");

            migrationBuilder.DropTable(
                name: "fax_notes");

            migrationBuilder.DropTable(
                name: "handling_undos");

            migrationBuilder.DropIndex(
                name: "IX_faxes_tenant_id_assignee_id_begun_at_fax_id",
                table: "faxes");

            migrationBuilder.DropIndex(
                name: "IX_faxes_tenant_id_handling_begun_at_fax_id",
                table: "faxes");

            migrationBuilder.DropIndex(
                name: "IX_faxes_tenant_id_handling_state_line_id_assignee_id",
                table: "faxes");

            migrationBuilder.DropColumn(
                name: "assignee_id",
                table: "faxes");

            migrationBuilder.DropColumn(
                name: "handling",
                table: "faxes");

            migrationBuilder.DropColumn(
                name: "handling_version",
                table: "faxes");

            migrationBuilder.DropColumn(
                name: "notes_struck",
                table: "faxes");

            migrationBuilder.DropColumn(
                name: "notes_written",
                table: "faxes");

            migrationBuilder.DropColumn(
                name: "sealed_labels",
                table: "faxes");
        }
    }
}
