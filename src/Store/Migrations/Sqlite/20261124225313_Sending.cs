// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Sending : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "destinations",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    destination_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    number_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    key_epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    sealed_number = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sealed_name = table.Column<byte[]>(type: "BLOB", nullable: true),
                    sealed_station_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    confirmed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    verified_at = table.Column<long>(type: "INTEGER", nullable: true),
                    rung = table.Column<int>(type: "INTEGER", nullable: false),
                    rung_learned_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_destinations", x => new { x.tenant_id, x.destination_id });
                    table.ForeignKey(
                        name: "FK_destinations_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "tenant_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sendings",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    fax_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    broadcast_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    remote_tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    trunk_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    trunk_fixed = table.Column<bool>(type: "INTEGER", nullable: false),
                    any_station = table.Column<bool>(type: "INTEGER", nullable: false),
                    lease_owner = table.Column<byte[]>(type: "BLOB", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    beat = table.Column<long>(type: "INTEGER", nullable: false),
                    counted_from = table.Column<int>(type: "INTEGER", nullable: false),
                    cancel_asked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    cause = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sendings", x => new { x.tenant_id, x.fax_id });
                    table.ForeignKey(
                        name: "FK_sendings_faxes_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "faxes",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    tenant_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    fax_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    trunk_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    call_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    rung = table.Column<int>(type: "INTEGER", nullable: false),
                    pages_before = table.Column<int>(type: "INTEGER", nullable: false),
                    pages_after = table.Column<int>(type: "INTEGER", nullable: false),
                    page_begun = table.Column<int>(type: "INTEGER", nullable: false),
                    page_in_doubt = table.Column<int>(type: "INTEGER", nullable: true),
                    page_repeated = table.Column<int>(type: "INTEGER", nullable: true),
                    cause = table.Column<int>(type: "INTEGER", nullable: true),
                    outcome = table.Column<int>(type: "INTEGER", nullable: true),
                    end_reason = table.Column<int>(type: "INTEGER", nullable: true),
                    sip_status = table.Column<int>(type: "INTEGER", nullable: true),
                    rate_bps = table.Column<int>(type: "INTEGER", nullable: true),
                    ecm = table.Column<bool>(type: "INTEGER", nullable: true),
                    retry_after_s = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.tenant_id, x.fax_id, x.number });
                    table.ForeignKey(
                        name: "FK_attempts_calls_tenant_id_call_id",
                        columns: x => new { x.tenant_id, x.call_id },
                        principalTable: "calls",
                        principalColumns: new[] { "tenant_id", "call_id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_attempts_sendings_tenant_id_fax_id",
                        columns: x => new { x.tenant_id, x.fax_id },
                        principalTable: "sendings",
                        principalColumns: new[] { "tenant_id", "fax_id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_attempts_tenant_id_call_id",
                table: "attempts",
                columns: new[] { "tenant_id", "call_id" });

            migrationBuilder.CreateIndex(
                name: "IX_destinations_tenant_id_number_tag",
                table: "destinations",
                columns: new[] { "tenant_id", "number_tag" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_sendings_tenant_id_broadcast_id",
                table: "sendings",
                columns: new[] { "tenant_id", "broadcast_id" });

            migrationBuilder.CreateIndex(
                name: "IX_sendings_tenant_id_remote_tag_state",
                table: "sendings",
                columns: new[] { "tenant_id", "remote_tag", "state" });

            migrationBuilder.CreateIndex(
                name: "IX_sendings_tenant_id_state_due_at",
                table: "sendings",
                columns: new[] { "tenant_id", "state", "due_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "attempts");

            migrationBuilder.DropTable(
                name: "destinations");

            migrationBuilder.DropTable(
                name: "sendings");
        }
    }
}
