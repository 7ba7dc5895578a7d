; Per-user installer for Windows 10/11: no administrator rights, Start-menu entry, silent mode (/S) for roll-out.
; Built on Linux or Windows:  makensis -DVERSION=0.1.0 -DFROZEN=dist\certdesk installer/windows/certdesk.nsi
; Roll-out:                   certdesk-setup.exe /S /D=C:\path   and a settings file beside it is taken along (rollout.toml)
Unicode true
!ifndef VERSION
  !error "say -DVERSION=…"
!endif
!ifndef FROZEN
  !error "say -DFROZEN=… (the folder that PyInstaller made)"
!endif
!ifndef ICON
  !error "say -DICON=… (resources/icons/certdesk.ico)"
!endif
!ifndef OUT
  !define OUT "certdesk-${VERSION}-setup.exe"
!endif
!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "WordFunc.nsh"

Name "资格认证 ${VERSION}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\certdesk"
InstallDirRegKey HKCU "Software\certdesk" "Folder"
SetCompressor /SOLID lzma
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\certdesk"
!define MUI_ICON "${ICON}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

; Code signing: makensis -DSIGN="signtool sign /fd sha256 /tr … %1" signs the uninstaller and the installer.
!ifdef SIGN
  !uninstfinalize '${SIGN}'
  !finalize '${SIGN}'
!endif

Function .onInit
  ReadRegStr $0 HKCU "Software\certdesk" "Version"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 = 1
      IfSilent +2
        MessageBox MB_ICONSTOP "已安装较新的版本 $0，不能降级到 ${VERSION}：旧程序读不了新的数据库。数据没有改动。"
      SetErrorLevel 3
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Section
  SetOutPath "$INSTDIR"
  ; The old program goes away whole, so that no stale library stays; data lies in %LOCALAPPDATA%\certdesk, never here.
  RMDir /r "$INSTDIR\_internal"
  File /r "${FROZEN}/*"
  IfFileExists "$EXEDIR\rollout.toml" 0 +2
    CopyFiles /SILENT "$EXEDIR\rollout.toml" "$INSTDIR\rollout.toml"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\资格认证.lnk" "$INSTDIR\certdesk.exe"
  WriteRegStr HKCU "Software\certdesk" "Folder" "$INSTDIR"
  WriteRegStr HKCU "Software\certdesk" "Version" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "资格认证"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\certdesk.exe"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\certdesk.exe"
  Delete "$INSTDIR\rollout.toml"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\资格认证.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\certdesk"
  ; The data stay unless the person says otherwise; a silent removal never deletes them.
  IfSilent done
  MessageBox MB_YESNO|MB_DEFBUTTON2|MB_ICONQUESTION "是否同时删除本机的认证数据？尚未同步到中心的记录将永久丢失。" IDNO done
  RMDir /r "$LOCALAPPDATA\certdesk"
  done:
SectionEnd
