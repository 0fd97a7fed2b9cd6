// SPDX-License-Identifier: Apache-2.0
using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hermetic.Store.Migrations.Access.PostgreSql
{
    /// <inheritdoc />
    public partial class AccessInitial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "access");

            migrationBuilder.CreateTable(
                name: "accounts",
                schema: "access",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    role = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    name_tag = table.Column<byte[]>(type: "bytea", nullable: false),
                    sealed_name = table.Column<byte[]>(type: "bytea", nullable: false),
                    sealed_password = table.Column<byte[]>(type: "bytea", nullable: true),
                    sealed_totp = table.Column<byte[]>(type: "bytea", nullable: true),
                    totp_step = table.Column<long>(type: "bigint", nullable: false),
                    inboxes = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_accounts", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "approvals",
                schema: "access",
                columns: table => new
                {
                    approval_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    kind = table.Column<string>(type: "text", nullable: false),
                    sealed_change = table.Column<byte[]>(type: "bytea", nullable: false),
                    asked_by = table.Column<Guid>(type: "uuid", nullable: false),
                    asked_at = table.Column<long>(type: "bigint", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_approvals", x => x.approval_id);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                schema: "access",
                columns: table => new
                {
                    name_tag = table.Column<byte[]>(type: "bytea", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    failed_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => x.name_tag);
                });

            migrationBuilder.CreateTable(
                name: "ceremonies",
                schema: "access",
                columns: table => new
                {
                    ceremony_id = table.Column<Guid>(type: "uuid", nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    sealed_state = table.Column<byte[]>(type: "bytea", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ceremonies", x => x.ceremony_id);
                });

            migrationBuilder.CreateTable(
                name: "programs",
                schema: "access",
                columns: table => new
                {
                    program_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    sealed_name = table.Column<byte[]>(type: "bytea", nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    scopes = table.Column<string>(type: "text", nullable: false),
                    inboxes = table.Column<string>(type: "text", nullable: false),
                    tokens_from = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_programs", x => x.program_id);
                });

            migrationBuilder.CreateTable(
                name: "enrolments",
                schema: "access",
                columns: table => new
                {
                    enrolment_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false),
                    sealed_totp = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_enrolments", x => x.enrolment_id);
                    table.ForeignKey(
                        name: "FK_enrolments_accounts_account_id",
                        column: x => x.account_id,
                        principalSchema: "access",
                        principalTable: "accounts",
                        principalColumn: "account_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "passkeys",
                schema: "access",
                columns: table => new
                {
                    credential_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sealed_record = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_passkeys", x => x.credential_hash);
                    table.ForeignKey(
                        name: "FK_passkeys_accounts_account_id",
                        column: x => x.account_id,
                        principalSchema: "access",
                        principalTable: "accounts",
                        principalColumn: "account_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                schema: "access",
                columns: table => new
                {
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    authenticated_at = table.Column<long>(type: "bigint", nullable: false),
                    seen_at = table.Column<long>(type: "bigint", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.session_id);
                    table.ForeignKey(
                        name: "FK_sessions_accounts_account_id",
                        column: x => x.account_id,
                        principalSchema: "access",
                        principalTable: "accounts",
                        principalColumn: "account_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_accounts_name_tag",
                schema: "access",
                table: "accounts",
                column: "name_tag",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_accounts_tenant_id",
                schema: "access",
                table: "accounts",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_approvals_tenant_id",
                schema: "access",
                table: "approvals",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_ceremonies_secret_hash",
                schema: "access",
                table: "ceremonies",
                column: "secret_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_enrolments_account_id",
                schema: "access",
                table: "enrolments",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_enrolments_code_hash",
                schema: "access",
                table: "enrolments",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_passkeys_account_id",
                schema: "access",
                table: "passkeys",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_programs_tenant_id",
                schema: "access",
                table: "programs",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_account_id",
                schema: "access",
                table: "sessions",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_sessions_secret_hash",
                schema: "access",
                table: "sessions",
                column: "secret_hash",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "approvals",
                schema: "access");

            migrationBuilder.DropTable(
                name: "attempts",
                schema: "access");

            migrationBuilder.DropTable(
                name: "ceremonies",
                schema: "access");

            migrationBuilder.DropTable(
                name: "enrolments",
                schema: "access");

            migrationBuilder.DropTable(
                name: "passkeys",
                schema: "access");

            migrationBuilder.DropTable(
                name: "programs",
                schema: "access");

            migrationBuilder.DropTable(
                name: "sessions",
                schema: "access");

            migrationBuilder.DropTable(
                name: "accounts",
                schema: "access");
        }
    }
}
