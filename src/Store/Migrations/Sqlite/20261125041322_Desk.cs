// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Desk : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "outgoing_count",
                table: "tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "outgoing_day",
                table: "tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "stored_octets",
                table: "tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "stored_pages",
                table: "tenants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<byte[]>(
                name: "broadcast_id",
                table: "events",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "confirmed_by",
                table: "destinations",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "verified_by",
                table: "destinations",
                type: "BLOB",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "addresses",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    address_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    number_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    key_epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    sealed_entry = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_addresses", x => new { x.tenant_id, x.address_id });
                    table.ForeignKey(
                        name: "FK_addresses_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "broadcasts",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    broadcast_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    line_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    destinations = table.Column<int>(type: "INTEGER", nullable: false),
                    cancel_asked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_broadcasts", x => new { x.tenant_id, x.broadcast_id });
                    table.ForeignKey(
                        name: "FK_broadcasts_lines_tenant_id_line_id",
                        columns: x => new { x.tenant_id, x.line_id },
                        principalTable: "lines",
                        principalColumns: new[] { "tenant_id", "line_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_broadcasts_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "uploads",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    upload_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    over_at = table.Column<long>(type: "INTEGER", nullable: false),
                    key_tag = table.Column<byte[]>(type: "BLOB", nullable: true),
                    content_tag = table.Column<byte[]>(type: "BLOB", nullable: true),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_uploads", x => new { x.tenant_id, x.upload_id });
                    table.ForeignKey(
                        name: "FK_uploads_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "address_groups",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    group_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    address_id = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_address_groups", x => new { x.tenant_id, x.group_tag, x.address_id });
                    table.ForeignKey(
                        name: "FK_address_groups_addresses_tenant_id_address_id",
                        columns: x => new { x.tenant_id, x.address_id },
                        principalTable: "addresses",
                        principalColumns: new[] { "tenant_id", "address_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_address_groups_tenant_id_address_id",
                table: "address_groups",
                columns: new[] { "tenant_id", "address_id" });

            migrationBuilder.CreateIndex(
                name: "IX_addresses_tenant_id_number_tag",
                table: "addresses",
                columns: new[] { "tenant_id", "number_tag" });

            migrationBuilder.CreateIndex(
                name: "IX_broadcasts_tenant_id_created_at_broadcast_id",
                table: "broadcasts",
                columns: new[] { "tenant_id", "created_at", "broadcast_id" });

            migrationBuilder.CreateIndex(
                name: "IX_broadcasts_tenant_id_line_id",
                table: "broadcasts",
                columns: new[] { "tenant_id", "line_id" });

            migrationBuilder.CreateIndex(
                name: "IX_uploads_tenant_id_account_id_over_at",
                table: "uploads",
                columns: new[] { "tenant_id", "account_id", "over_at" });

            migrationBuilder.CreateIndex(
                name: "IX_uploads_tenant_id_key_tag",
                table: "uploads",
                columns: new[] { "tenant_id", "key_tag" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "address_groups");

            migrationBuilder.DropTable(
                name: "broadcasts");

            migrationBuilder.DropTable(
                name: "uploads");

            migrationBuilder.DropTable(
                name: "addresses");

            migrationBuilder.DropColumn(
                name: "outgoing_count",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "outgoing_day",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "stored_octets",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "stored_pages",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "broadcast_id",
                table: "events");

            migrationBuilder.DropColumn(
                name: "confirmed_by",
                table: "destinations");

            migrationBuilder.DropColumn(
                name: "verified_by",
                table: "destinations");
        }
    }
}
